# Колокольчик Битрикс24: одно живое уведомление на заявку и человека. Кнопок там не бывает.

bell-requester-draft = 📄 { $document }: кто подпишет? Выберите подписанта в чате с Countersign.
bell-requester-waiting = 📄 { $document } ждёт подписи, подписант { $signer }, срок: { $moment }.
bell-requester-frozen = ⏸ { $document }: остановлено, { $reason }. Ничего не подписано; что дальше, решите в чате с Countersign.
bell-requester-signed = ✅ { $document }: подписано, { $signer }.
bell-requester-rejected = ✖ { $document }: отказ, { $signer }: { $reason }
bell-requester-expired = ⌛ { $document }: срок истёк, { $moment }, ответа не было, подписант { $signer }.
bell-signer-waiting = ✍️ { $requester } просит вас подписать { $document }, срок: { $moment }. Карточка в вашем чате с Countersign.
bell-signer-expired = ⌛ { $document } ({ $requester }): срок истёк, { $moment }. От вас ничего не нужно.
bell-signer-cancelled = ➖ { $requester } отзывает { $document }. От вас ничего не нужно.
