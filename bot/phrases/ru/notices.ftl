# Уведомления: одна фраза одному человеку.

notice-looked = 👀 { $signer } смотрит «{ $name }».
notice-question = ❓ { $signer } спрашивает про «{ $name }»:
    { $text }

    Ответьте на это сообщение.
notice-answer = 💬 { $requester } отвечает про «{ $name }»:
    { $text }
notice-reminder = 🔔 «{ $name }» ещё ждёт вашей подписи. Об этом напоминает { $requester }.
notice-delegated = ⤴ «{ $name }»: { $signer } передаёт подписание, подписывает { $deputy }.
notice-delayed = ⏳ «{ $name }»: { $reason }. Ничего не потеряно, всё продолжится само.
notice-rejected = ✖ Отказ по «{ $name }» ({ $signer }): { $reason }
notice-frozen = ⏸ «{ $name }» остановлено: { $reason }. Ничего не подписано.
notice-expired = ⌛ Срок «{ $name }» вышел без ответа. Пришлите снова, если ещё нужно.
notice-cancelled = ◻ «{ $name }» отозвано ({ $requester }). Вам ничего делать не нужно.
notice-unknown-outcome = ⚠️ Заявка { $number }: токен не сказал, подписал ли он. { $signer } получит запрос снова. Сверьте журнал модуля с токеном.
notice-locked-out = 🔒 { $signer }: блокировка или использован код восстановления. Свяжитесь с человеком другим способом.
notice-locked = 🔒 Подпись заблокирована: { $signer }. Ни один код не действует, пока администратор не снимет блокировку.
notice-delivery-failed = ⚠️ «{ $name }» ({ $number }) не доставлено: { $reason }. Ничего не потеряно.
notice-enrolled = ✅ Аутентификатор подключён. Теперь вы можете подписывать.
