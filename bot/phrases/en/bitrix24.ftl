# The timeline of a deal in Bitrix24: read by everybody who may see the deal.

deal-named = Deal “{ $title }”
timeline-draft = 📄 { $document }: the signer is being chosen.
timeline-waiting = 📄 { $document }: { $signer } is asked to sign it, until { $moment }.
timeline-frozen = ⏸ { $document }: stopped. The requester decides how it goes on; nothing is lost.
timeline-signing = ⏳ { $document }: { $signer } has confirmed, the signature is being made.
timeline-signed = ✅ { $document }: signed by { $signer }, { $level }.
timeline-rejected = ✖ { $document }: { $signer } refused, { $moment }: { $reason }
timeline-expired = ⌛ { $document }: expired { $moment } before it was signed. The file in the deal is unchanged.
timeline-cancelled = ➖ { $document }: taken back, { $moment }. The file in the deal is unchanged.
timeline-deal-changed = Somebody changed the file in the deal meanwhile, so it was not overwritten. The signed file is attached here.
timeline-no-field-beside = The document's field holds one file only and there is no free field for its signature, so the signature is attached here. The administrator can name a field: COUNTERSIGN_BITRIX24_SIGNATURE_FIELD.
timeline-refused = ✖ { $document } cannot be signed. { $why }
timeline-nobody = ✖ { $document } was not sent for signing: whoever put it here has no chat with Countersign yet. Ask the administrator for an invitation, then save the deal once more.
