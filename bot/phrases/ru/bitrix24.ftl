# Лента сделки в Битрикс24: её читают все, кто видит сделку.

deal-named = Сделка «{ $title }»
timeline-draft = 📄 { $document }: выбирается подписант.
timeline-waiting = 📄 { $document }: отправлено на подпись, подписант { $signer }, срок: { $moment }.
timeline-frozen = ⏸ { $document }: остановлено. Что дальше, решает автор заявки; ничего не потеряно.
timeline-signing = ⏳ { $document }: { $signer } подтверждает подпись, она создаётся.
timeline-signed = ✅ { $document }: подписано ({ $signer }), { $level }.
timeline-rejected = ✖ { $document }: отказ, { $signer }, { $moment }: { $reason }
timeline-expired = ⌛ { $document }: срок истёк, { $moment }, документ не подписан. Файл в сделке не изменён.
timeline-cancelled = ➖ { $document }: заявка отозвана, { $moment }. Файл в сделке не изменён.
timeline-deal-changed = Файл в сделке за это время заменили, поэтому он не перезаписан. Подписанный файл приложен здесь.
timeline-no-field-beside = Поле документа вмещает один файл, а свободного поля для подписи нет, поэтому подпись приложена здесь. Администратор может назначить поле: COUNTERSIGN_BITRIX24_SIGNATURE_FIELD.
timeline-refused = ✖ { $document } нельзя подписать. { $why }
timeline-nobody = ✖ { $document } не отправлено на подпись: тот, кто его сюда положил, ещё не открыл чат с Countersign. Попросите у администратора приглашение, затем сохраните сделку ещё раз.
