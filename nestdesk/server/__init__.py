"""What other programs on this computer talk to: an OpenAI-compatible server and an MCP server, both an extra.

They are front ends like the window: everything is done by the services. Nothing here opens a connection; the server
listens on the loopback address alone, and only while a person runs it.
"""
