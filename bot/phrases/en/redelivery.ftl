# Sending signed files again: countersign requests resend.

error-NotAllowedNow-not-signed = That request is not signed, so there is no signed file to send. Look at how it stands: countersign requests show NUMBER
error-NotFound-no-chat = The person who asked has no chat with the bot now. Mend: countersign people invite PERSON
