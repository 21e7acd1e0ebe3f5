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
notice-cancelled = ◻ { $requester } took “{ $name }” back. There is nothing to do for you.
notice-unknown-outcome = ⚠️ Request { $number }: the token did not say whether it had signed. { $signer } is asked again. Please compare the ledger with the token.
notice-locked-out = 🔒 { $signer } is locked or has used a recovery code. Please check with that person in another way.
notice-locked = 🔒 The signature of { $signer } is locked. No code works until an administrator unlocks it.
notice-delivery-failed = ⚠️ “{ $name }” ({ $number }) could not be delivered: { $reason }. Nothing is lost.
notice-enrolled = ✅ Your authenticator is set up. You can sign now.
