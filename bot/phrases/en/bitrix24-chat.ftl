# The chat bot of the Bitrix24 portal: what differs from other chats.

portal-chat-position = Signs documents
portal-chat-file = 📎 The document
portal-chat-code = Enter the code from your authenticator on the secure page. Its link opens once, for you; the code works once, for this only.
portal-chat-code-typed = If you cannot open the page: send the six digits here as your next message. Bitrix24 does not let me delete it, but the code is worth nothing afterwards.
portal-chat-code-not-awaited = That looked like a code. None is awaited here right now, so I did not use it. Please delete that message; wait for a new code before you sign.
portal-chat-code-not-reason = That looked like a code, so I did not take it as your reason. Please delete that message and write the reason in words; wait for a new code before you sign.
portal-chat-code-not-question = That looked like a code, so I did not take it as your question. Please delete that message and write the question in words; wait for a new code before you sign.
portal-chat-code-not-amount = That looked like a code, so I did not take it as the amount. If it was a code, please delete that message; if it was the amount, press “Say the amount” on the card and write it once more.
portal-chat-code-not-answer = That looked like a code, so I did not take it as your answer. Please delete that message and reply to the question in words; wait for a new code before you sign.
portal-chat-stranger = Good day! I do not know you yet. Please ask the administrator of Countersign to connect your Bitrix24 account.
portal-chat-help = Send or forward me a PDF, an office file, or photos of a paper, and I ask who shall sign. The signed file comes back here. Your words beside the file go to the signer as a comment.

    factor – set up your authenticator
    list – everything that waits for you, signed with one code
    away – who signs for you while you are away · back – you are here again
    quiet – when not to remind you
    page – your documents on our own page
    lock – lock your signature at once
portal-chat-line = From a customer in an open channel · Deal “{ $title }”
portal-chat-line-full = Deal “{ $title }”: its open channel brings more than { $limit } files in an hour, so I leave the others alone for now. They stay in the channel; send me yourself whatever has to be signed.
portal-chat-line-send = Send it to the customer
portal-chat-line-question = Send the signed file into the open channel? The customer gets it at once, and it cannot be taken back.
portal-chat-line-sure = Yes, send it
portal-chat-line-sending = It is on its way to the customer.
portal-chat-line-sent = ✉ The customer has the signed file.
portal-chat-list-hint = Untick what you do not want to sign now. The documents themselves are on their own cards.
