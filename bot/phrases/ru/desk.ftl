# Страница в интранете: в меню портала, в сделке, в отдельном окне.

desk-title = Документы на подпись
desk-outside = Откройте эту страницу из Битрикс24.
desk-loading = Открываем …
desk-in-folder = Документы: «{ $title }»
desk-folder-empty = Документов на подпись здесь пока нет. Добавьте файл в поле документа — он появится тут.
desk-folder-gone = Сделку сейчас не удаётся прочитать. Попробуйте через минуту.
desk-open-large = Открыть на весь экран
desk-waiting = Ждут меня
desk-waiting-empty = Вас ничего не ждёт.
desk-mine = Мои заявки
desk-mine-empty = Вы ещё не запрашивали подпись.
desk-upload = Запросить подпись
desk-upload-drop = Перетащите документ сюда или выберите его
desk-upload-limit = PDF, офисный файл, текст или фото бумаги
desk-uploading = Отправляем …
desk-nameless = Документ { $number }
desk-signed-file = Это подписанный документ.
desk-unasked = Ещё не отправлен на подпись.
desk-act-ask = Запросить подпись
desk-act-self = Подписать самому
desk-act-sign = Подписать
desk-act-reject = Отклонить
desk-act-cancel = Отозвать
desk-act-pages = Страницы
desk-act-download = Скачать
desk-act-history = История
desk-act-close = Закрыть
desk-ask-title = Кто подпишет?
desk-ask-signer = Подписант
desk-ask-me = { $name } (я)
desk-ask-nobody = Вам некого попросить о подписи. Обратитесь к администратору.
desk-ask-comment = Комментарий для подписанта
desk-ask-days = Ответ нужен в течение
desk-days = { $number ->
    [one] { $number } дня
   *[other] { $number } дней
}
desk-ask-send = Отправить
desk-sign-title = Какой сертификат?
desk-sign-go = Перейти к коду
desk-reject-title = Почему вы не подпишете?
desk-reject-send = Отклонить
desk-reason-own = Своими словами
desk-cancel-title = Отозвать эту заявку?
desk-cancel-send = Отозвать
desk-history-title = Что было
desk-join-chat-title = Подключите Telegram
desk-join-chat = Тогда заявки, коды и подписанные файлы будут приходить и на телефон.
desk-join-chat-button = Открыть Telegram
desk-join-codes-title = Настройте коды
desk-join-codes = Вы подписант. Один раз подключите приложение-аутентификатор: его коды подтверждают каждую подпись.
desk-join-codes-button = Настроить коды
desk-trouble = Не получилось. Ничего не потеряно, попробуйте ещё раз.
desk-offline = Сервер недоступен. Страница попробует ещё раз сама.
desk-warnings = Обратите внимание:

desk-state-draft = Подписант ещё не выбран ({ $requester }).
desk-state-waiting = { $requester } просит подпись: { $signer }, до { $moment }
desk-state-frozen = Остановлено: { $reason }
desk-state-signing = { $signer }: подтверждено, подпись ставится …
desk-state-signed = Подписано: { $signer }, { $moment }
desk-state-rejected = Отказ: { $signer } — { $reason }
desk-state-expired = Срок истёк { $moment }, ответа не было
desk-state-cancelled = Отозвано: { $requester }

desk-event-drafted = { $person }: документ получен
desk-event-submitted = { $person }: заявка на подпись — { $other }
desk-event-looked-at = { $person }: страницы открыты
desk-event-reassigned = { $person }: передано — { $other }
desk-event-postponed = { $person }: отложено
desk-event-reminded = { $person }: напоминание подписанту
desk-event-confirmed = { $person }: подтверждено кодом
desk-event-frozen = Заявка остановлена
desk-event-resumed = Заявка снова в работе
desk-event-signed = { $person }: подписано
desk-event-rejected = { $person }: отказ
desk-event-cancelled = { $person }: заявка отозвана
desk-event-expired = Срок истёк
desk-event-delivered = Подписанный документ доставлен

# Страницы вместо рабочего места, когда человека нельзя впустить.

web-widget-not-believed-title = Откройте ещё раз из Битрикс24
web-widget-not-believed = Битрикс24 не подтвердил, кто открыл эту страницу. Ничего не изменено. Закройте её и откройте снова из меню или из сделки.
web-widget-stranger-title = Вы здесь ещё не зарегистрированы
web-widget-stranger = Countersign узнал вас по Битрикс24, но вас нет в списке пользователей. Попросите администратора добавить сотрудников и откройте страницу снова.
web-widget-unsaved-title = Сначала сохраните сделку
web-widget-unsaved = Документ можно подписать, когда сделка сохранена.
web-widget-not-yours-title = Эта сделка вам недоступна
web-widget-not-yours = Битрикс24 не показывает вам эту сделку. Обратитесь к ответственному.
web-widget-away-title = Битрикс24 не отвечает
web-widget-away = Ничего не потеряно. Откройте страницу ещё раз через минуту.

# Как наши страницы называются в портале.

widget-tab = Подписание
widget-button = Кнопка подписи
widget-button-about = Показывает документы сделки и кнопки для их подписания
