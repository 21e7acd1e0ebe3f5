# Under the bell of Bitrix24: one live notice a request and person. No buttons are possible there.

bell-requester-draft = 📄 { $document }: who shall sign? Choose the signer in your chat with Countersign.
bell-requester-waiting = 📄 { $document } waits for the signature of { $signer }, until { $moment }.
bell-requester-frozen = ⏸ { $document } is stopped: { $reason }. Nothing was signed; you decide how it goes on in your chat with Countersign.
bell-requester-signed = ✅ { $document } is signed by { $signer }.
bell-requester-rejected = ✖ { $signer } refused { $document }: { $reason }
bell-requester-expired = ⌛ { $document } expired { $moment } without an answer of { $signer }.
bell-signer-waiting = ✍️ { $requester } asks you to sign { $document }, until { $moment }. The card is in your chat with Countersign.
bell-signer-expired = ⌛ { $document } of { $requester } expired { $moment }. There is nothing to do for you.
bell-signer-cancelled = ➖ { $requester } took { $document } back. There is nothing to do for you.
