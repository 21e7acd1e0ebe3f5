# The chat bot of the Bitrix24 portal: what differs from other chats.

portal-chat-position = Signs documents
portal-chat-file = 📎 The document
portal-chat-code = Enter the code from your authenticator on the secure page. Its link opens once, for you; the code works once, for this only.
portal-chat-code-typed = If you cannot open the page: send the six digits here as your next message. Bitrix24 does not let me delete it, but the code is worth nothing afterwards.
portal-chat-code-not-awaited = That looked like a code. None is awaited here right now, so I did not use it. Please delete that message; wait for a new code before you sign.
portal-chat-stranger = Good day! I do not know you yet. Please ask the administrator of Countersign to connect your Bitrix24 account.
portal-chat-help = Send or forward me a PDF, or photos of a paper, and I ask who shall sign. The signed file comes back here. Your words beside the file go to the signer as a comment.

    factor – set up your authenticator
    lock – lock your signature at once
