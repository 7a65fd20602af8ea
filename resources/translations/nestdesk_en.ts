<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en" sourcelanguage="en">
    <context>
        <name>NestDesk</name>
        <message numerus="yes">
            <source>%Ln million parameter(s)</source>
            <translation>
                <numerusform>%Ln million parameter</numerusform>
                <numerusform>%Ln million parameters</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%Ln expert(s) belong(s) to it.</source>
            <translation>
                <numerusform>%Ln expert belongs to it.</numerusform>
                <numerusform>%Ln experts belong to it.</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%Ln expert(s) belong(s) to it, and rest(s) meanwhile.</source>
            <translation>
                <numerusform>%Ln expert belongs to it, and rests meanwhile.</numerusform>
                <numerusform>%Ln experts belong to it, and rest meanwhile.</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%Ln weight file(s) is/are missing</source>
            <translation>
                <numerusform>%Ln weight file is missing</numerusform>
                <numerusform>%Ln weight files are missing</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%Ln held-out question(s) put to both; only one of them is right about {changed}</source>
            <translation>
                <numerusform>%Ln held-out question put to both; only one of them is right about {changed}</numerusform>
                <numerusform>%Ln held-out questions put to both; only one of them is right about {changed}</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%Ln item(s)</source>
            <translation>
                <numerusform>%Ln item</numerusform>
                <numerusform>%Ln items</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%Ln passage(s)</source>
            <translation>
                <numerusform>%Ln passage</numerusform>
                <numerusform>%Ln passages</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%Ln source(s)</source>
            <translation>
                <numerusform>%Ln source</numerusform>
                <numerusform>%Ln sources</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>Next sleep: after 5 newly learned sources; there are %Ln now.</source>
            <translation>
                <numerusform>Next sleep: after 5 newly learned sources; there is %Ln now.</numerusform>
                <numerusform>Next sleep: after 5 newly learned sources; there are %Ln now.</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%Ln chat(s)</source>
            <translation>
                <numerusform>%Ln chat</numerusform>
                <numerusform>%Ln chats</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>Exporting %Ln chat(s)</source>
            <translation>
                <numerusform>Exporting %Ln chat</numerusform>
                <numerusform>Exporting %Ln chats</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>Import %Ln chat(s)</source>
            <translation>
                <numerusform>Import %Ln chat</numerusform>
                <numerusform>Import %Ln chats</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>Importing %Ln chat(s)</source>
            <translation>
                <numerusform>Importing %Ln chat</numerusform>
                <numerusform>Importing %Ln chats</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>Learn from %Ln chat(s)</source>
            <translation>
                <numerusform>Learn from %Ln chat</numerusform>
                <numerusform>Learn from %Ln chats</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%Ln chat(s) is/are waiting to be learned.</source>
            <translation>
                <numerusform>%Ln chat is waiting to be learned.</numerusform>
                <numerusform>%Ln chats are waiting to be learned.</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>{chosen} of %Ln chat(s) chosen</source>
            <translation>
                <numerusform>{chosen} of %Ln chat chosen</numerusform>
                <numerusform>{chosen} of %Ln chats chosen</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%Ln chat(s) is/are new</source>
            <translation>
                <numerusform>%Ln chat is new</numerusform>
                <numerusform>%Ln chats are new</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%Ln chat(s) went on</source>
            <translation>
                <numerusform>%Ln chat went on</numerusform>
                <numerusform>%Ln chats went on</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%Ln chat(s) is/are here already</source>
            <translation>
                <numerusform>%Ln chat is here already</numerusform>
                <numerusform>%Ln chats are here already</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%Ln new message(s)</source>
            <translation>
                <numerusform>%Ln new message</numerusform>
                <numerusform>%Ln new messages</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%Ln message(s) added to chats that were here already.</source>
            <translation>
                <numerusform>%Ln message added to chats that were here already.</numerusform>
                <numerusform>%Ln messages added to chats that were here already.</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%Ln message(s)</source>
            <translation>
                <numerusform>%Ln message</numerusform>
                <numerusform>%Ln messages</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%Ln chat(s) imported, with {messages}.</source>
            <translation>
                <numerusform>%Ln chat imported, with {messages}.</numerusform>
                <numerusform>%Ln chats imported, with {messages}.</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%Ln entries left out:</source>
            <translation>
                <numerusform>%Ln entry left out:</numerusform>
                <numerusform>%Ln entries left out:</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>and %Ln more.</source>
            <translation>
                <numerusform>and %Ln more.</numerusform>
                <numerusform>and %Ln more.</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%Ln weight file(s)</source>
            <translation>
                <numerusform>%Ln weight file</numerusform>
                <numerusform>%Ln weight files</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%Ln document(s)</source>
            <translation>
                <numerusform>%Ln document</numerusform>
                <numerusform>%Ln documents</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%Ln memories</source>
            <translation>
                <numerusform>%Ln memory</numerusform>
                <numerusform>%Ln memories</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%Ln chat(s) with {messages}</source>
            <translation>
                <numerusform>%Ln chat with {messages}</numerusform>
                <numerusform>%Ln chats with {messages}</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>used %Ln time(s)</source>
            <translation>
                <numerusform>used %Ln time</numerusform>
                <numerusform>used %Ln times</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>Forget %Ln source(s)?</source>
            <translation>
                <numerusform>Forget %Ln source?</numerusform>
                <numerusform>Forget %Ln sources?</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>{changed} of %Ln question(s) are answered right with it and not without it.</source>
            <translation>
                <numerusform>{changed} of %Ln question is answered right with it and not without it.</numerusform>
                <numerusform>{changed} of %Ln questions are answered right with it and not without it.</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>with %Ln other source(s)</source>
            <translation>
                <numerusform>with %Ln other source</numerusform>
                <numerusform>with %Ln other sources</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>… and %Ln more.</source>
            <translation>
                <numerusform>… and %Ln more.</numerusform>
                <numerusform>… and %Ln more.</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%Ln entries</source>
            <translation>
                <numerusform>%Ln entry</numerusform>
                <numerusform>%Ln entries</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%Ln source(s) worked through, {learned} learned. The library has the scores.</source>
            <translation>
                <numerusform>%Ln source worked through, {learned} learned. The library has the scores.</numerusform>
                <numerusform>%Ln sources worked through, {learned} learned. The library has the scores.</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%Ln source(s) is/are waiting to be learned.</source>
            <translation>
                <numerusform>%Ln source is waiting to be learned.</numerusform>
                <numerusform>%Ln sources are waiting to be learned.</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%Ln source(s) already known: {title}.</source>
            <translation>
                <numerusform>%Ln source already known: {title}.</numerusform>
                <numerusform>%Ln sources already known: {title}.</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%Ln file(s) could not be opened; the library says why.</source>
            <translation>
                <numerusform>%Ln file could not be opened; the library says why.</numerusform>
                <numerusform>%Ln files could not be opened; the library says why.</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%Ln left out</source>
            <translation>
                <numerusform>%Ln left out</numerusform>
                <numerusform>%Ln left out</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>and %Ln more</source>
            <translation>
                <numerusform>and %Ln more</numerusform>
                <numerusform>and %Ln more</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%Ln chosen</source>
            <translation>
                <numerusform>%Ln chosen</numerusform>
                <numerusform>%Ln chosen</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%Ln source(s), {learned} learned</source>
            <translation>
                <numerusform>%Ln source, {learned} learned</numerusform>
                <numerusform>%Ln sources, {learned} learned</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>Forget %Ln document(s)?</source>
            <translation>
                <numerusform>Forget %Ln document?</numerusform>
                <numerusform>Forget %Ln documents?</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%Ln expert(s) of backbones that are not installed: kept, and resting.</source>
            <translation>
                <numerusform>%Ln expert of backbones that are not installed: kept, and resting.</numerusform>
                <numerusform>%Ln experts of backbones that are not installed: kept, and resting.</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>CPU, %Ln thread(s)</source>
            <translation>
                <numerusform>CPU, %Ln thread</numerusform>
                <numerusform>CPU, %Ln threads</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%Ln expert(s)</source>
            <translation>
                <numerusform>%Ln expert</numerusform>
                <numerusform>%Ln experts</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%Ln waiting</source>
            <translation>
                <numerusform>%Ln waiting</numerusform>
                <numerusform>%Ln waiting</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>and %Ln more wait(s)</source>
            <translation>
                <numerusform>and %Ln more waits</numerusform>
                <numerusform>and %Ln more wait</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>and %Ln more could not be learned</source>
            <translation>
                <numerusform>and %Ln more could not be learned</numerusform>
                <numerusform>and %Ln more could not be learned</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>of %Ln question(s)</source>
            <translation>
                <numerusform>of %Ln question</numerusform>
                <numerusform>of %Ln questions</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>and %Ln more question(s); none of them was learned from.</source>
            <translation>
                <numerusform>and %Ln more question; none of them was learned from.</numerusform>
                <numerusform>and %Ln more questions; none of them was learned from.</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%Ln document(s) wait(s) until you have looked at it/them</source>
            <translation>
                <numerusform>%Ln document waits until you have looked at it</numerusform>
                <numerusform>%Ln documents wait until you have looked at them</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>Nothing else is going on: NestDesk sleeps, and consolidates %Ln source(s).</source>
            <translation>
                <numerusform>Nothing else is going on: NestDesk sleeps, and consolidates %Ln source.</numerusform>
                <numerusform>Nothing else is going on: NestDesk sleeps, and consolidates %Ln sources.</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>Timeline of %Ln checkpoint(s), {now}</source>
            <translation>
                <numerusform>Timeline of %Ln checkpoint, {now}</numerusform>
                <numerusform>Timeline of %Ln checkpoints, {now}</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>Trust %Ln source(s) little?</source>
            <translation>
                <numerusform>Trust %Ln source little?</numerusform>
                <numerusform>Trust %Ln sources little?</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>{titles} and %Ln more</source>
            <translation>
                <numerusform>{titles} and %Ln more</numerusform>
                <numerusform>{titles} and %Ln more</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%Ln document(s) is/are gone from watched folders: {titles}.</source>
            <translation>
                <numerusform>%Ln document is gone from watched folders: {titles}.</numerusform>
                <numerusform>%Ln documents are gone from watched folders: {titles}.</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%Ln byte(s)</source>
            <translation>
                <numerusform>%Ln byte</numerusform>
                <numerusform>%Ln bytes</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>Learned %Ln fact(s) from {title}: {before} of {asked} answered before, {after} after.</source>
            <translation>
                <numerusform>Learned %Ln fact from {title}: {before} of {asked} answered before, {after} after.</numerusform>
                <numerusform>Learned %Ln facts from {title}: {before} of {asked} answered before, {after} after.</numerusform>
            </translation>
        </message>
    </context>
</TS>
