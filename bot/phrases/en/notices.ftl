# Notices: one sentence to one person.

notice-looked = 👀 { $signer } has opened “{ $name }”.
notice-question = ❓ { $signer } asks about “{ $name }”:
    { $text }

    Answer by replying to this message.
notice-answer = 💬 { $requester } answers about “{ $name }”:
    { $text }
notice-reminder = 🔔 “{ $name }” still waits for your signature. { $requester } asks you kindly.
notice-delegated = ⤴ { $signer } handed “{ $name }” over to { $deputy }.
notice-delayed = ⏳ “{ $name }”: { $reason }. Nothing is lost, it goes on by itself.
notice-rejected = ✖ { $signer } refused “{ $name }”: { $reason }
notice-frozen = ⏸ “{ $name }” is stopped: { $reason }. Nothing was signed.
notice-expired = ⌛ “{ $name }” expired without an answer. Send it again if it is still needed.
notice-cancelled = ➖ { $requester } took “{ $name }” back. There is nothing to do for you.
notice-unknown-outcome = ⚠️ Request { $number }: the token did not say whether it had signed. { $signer } is asked again. Please compare the ledger with the token.
notice-locked-out = 🔒 { $signer } is locked after ten wrong codes. Please check with that person in another way before you unlock.
notice-recovered = ⚠️ { $signer } used a recovery code and sets up a new authenticator. Please check with that person in another way.
notice-factor-reset = ⚠️ The authenticator of { $signer } was taken away at the server's console. It has to be set up anew: /factor
notice-policy-changed = ⚠️ The policy file on the server is not the one that was agreed on ({ $text }…). The agreed one stays in force. If the change is wanted: countersign policy propose, and another administrator approves it.
notice-account-bound = 🔗 { $signer } connected the account “{ $account }” by logging in there. If that account is not of { $signer }, lock { $signer } at once and ask how it came about.
notice-cannot-sign = ⚠️ { $signer } cannot sign: { $reason }. An administrator must mend that; the requests wait, or somebody else may be asked.
notice-away = ⚠️ Signatures wait: { $reason }. Nothing is lost, they go on by themselves when it is back.
notice-not-told = ⚠️ Request { $number }: { $signer } could not be told on the second channel that the key was used. Please tell that person yourself.
notice-given-up = ⚠️ Something promised was tried again and again in vain ({ $kind }). Please look into the log.
notice-unreadable = ✖ What you asked for could not be shown: the document could not be read in time. Nothing was lost; please try again later.
notice-not-taken-in = ✖ I could not fetch “{ $file }”, although I tried for long. Nothing was asked of anybody; please send it again.
notice-unlocked = 🔓 The signature of { $signer } is unlocked: codes work again. If that surprises you, lock it again and ask an administrator.
notice-locked = 🔒 The signature of { $signer } is locked. No code works until an administrator unlocks it.
notice-delivery-failed = ⚠️ “{ $name }” ({ $number }) could not be delivered: { $reason }. Nothing is lost.
notice-files-waited = 📬 While this chat was closed to me, signed files had waited for you. Here they come.
notice-enrolled = ✅ Your authenticator is set up. You can sign now. Keep the ten recovery codes safe; if you never saw them, ask your administrator to let you start over.
