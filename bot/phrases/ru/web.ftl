# Наши собственные страницы.

web-name = Countersign
web-fingerprint = Отпечаток
web-when = Когда
web-kind = Вид
web-trust = Кто ручается
web-changed = С тех пор
web-signer = Подписал
web-document = Документ
web-certificate = Сертификат
web-copy = Скопировать
web-copied = Скопировано
web-print = Напечатать
web-pages = { $number ->
    [one] { $number } страница
    [few] { $number } страницы
   *[many] { $number } страниц
}
web-from = От: { $requester }

# Первая страница и запуск

web-front-title = Документы, подписанные из чата
web-front = { $company } подписывает документы через Countersign: документ пересылают в чат, подписант его одобряет, и документ возвращается подписанным.
web-front-verify = Проверить подписанный документ
web-starting-title = Запускаемся …
web-starting = Это займёт несколько секунд. Страница продолжит сама.
web-starting-reload = Обновите страницу через минуту.
web-start-database = База данных
web-start-token = Токен с ключами
web-start-workers = Чтение документов
web-start-telegram = Telegram

# Неполадки

web-trouble-title = Не получилось
web-trouble-400-title = Не получилось
web-trouble-400 = Отправлено не всё. Вернитесь и попробуйте ещё раз.
web-trouble-403-title = Откройте страницу ещё раз
web-trouble-403 = Страница устарела или открыта иначе. Ничего не изменено. Откройте её заново из чата.
web-trouble-404-title = Здесь ничего нет
web-trouble-404 = По этому адресу нет страницы. Проверьте ссылку.
web-trouble-405-title = Здесь ничего нет
web-trouble-405 = Этот адрес так использовать нельзя.
web-trouble-413-title = Файл слишком большой
web-trouble-413 = Здесь можно проверить файл до 20 МБ.
web-trouble-429-title = Минутку
web-trouble-429 = Из вашей сети пришло много запросов. Попробуйте через минуту.
web-trouble-503-title = Минутку
web-trouble-503 = Часть системы не отвечает. Ничего не потеряно. Попробуйте через минуту.
web-trouble-500-title = Не получилось
web-trouble-500 = У нас что-то пошло не так. Ничего не потеряно. Попробуйте ещё раз.
web-link-gone-title = Ссылка уже использована
web-link-gone = Ссылка работает один раз и ограниченное время. Попросите новую в чате или у администратора.

# Подключение кодов

web-enrol-title = Подключение кодов
web-enrol-for = Коды подписи для
web-enrol-begin = Вы подключите приложение с кодами, например Google Authenticator, Aegis или Яндекс Ключ. Его коды подтверждают каждый документ, который вы подписываете.
web-enrol-not-you = Если это не ваше имя, закройте страницу и сообщите администратору.
web-enrol-begin-button = Начать
web-enrol-minutes = Приготовьте приложение: с этого момента у вас { $minutes } минут.
web-enrol-scan = Отсканируйте приложением с кодами
web-enrol-qr = QR-код для приложения с кодами
web-enrol-same-phone = Открыть приложение на этом телефоне
web-enrol-type-key = Или введите в приложение этот ключ:
web-enrol-key-facts = По времени, 6 цифр. Показывается только сейчас: никому его не сообщайте.
web-enrol-prove = Введите два кода подряд
web-enrol-two-codes = Введите код из приложения, дождитесь, пока он сменится, и введите следующий.
web-enrol-first = Первый код
web-enrol-second = Следующий код
web-enrol-wait = Следующий код появится через { "{s}" } с.
web-enrol-now = Теперь введите код, который показывает приложение.
web-enrol-finish = Готово
web-enrol-again = Показать новый QR и начать заново
web-enrol-wrong = Коды не подошли. Нужны два кода подряд, а часы телефона должны идти автоматически.
web-enrolled-title = Коды подключены
web-enrolled = Эти десять кодов восстановления помогут, если телефон потеряется. Каждый работает один раз. Они показаны только сейчас: напечатайте их или сохраните в надёжном месте.
web-enrolled-keep = Не храните их на том же телефоне. Когда они в безопасности, страницу можно закрыть.
web-recover-title = Ваши коды уже подключены
web-recover = Пока приложение с кодами работает, делать здесь ничего не нужно.
web-recover-lost = Я потерял телефон
web-recover-how = Введите один из кодов восстановления. Старое приложение сразу перестанет действовать, и вы подключите новое.
web-recover-code = Код восстановления
web-recover-button = Заменить приложение
web-recover-wrong = Код восстановления не подошёл или уже использован. Если кодов не осталось, поможет администратор.
web-recovered = Старое приложение больше не действует. Теперь подключите новое.

# Подписание

web-sign-title = Подписать
web-sign-one = Подписать: { $signer }
web-sign-many = { $number ->
    [one] Подписать { $number } документ: { $signer }
    [few] Подписать { $number } документа: { $signer }
   *[many] Подписать { $number } документов: { $signer }
}
web-sign-opening = Открываем …
web-sign-outside = Откройте эту страницу кнопкой в чате.
web-sign-expired = Десять минут истекли. Ничего не подписано. Нажмите в чате «Подписать» ещё раз.
web-sign-time-left = Осталось времени
web-sign-all-pages = Показать все страницы
web-sign-page = Страница
web-sign-code = Код из приложения, шесть цифр
web-sign-erase = Стереть последнюю цифру
web-sign-cancel = Отмена
web-sign-back = Назад
web-sign-close = Закрыть
web-sign-done = { $number ->
    [one] Подписываем … Документ сам придёт в чат. Страницу можно закрыть.
    [few] Подписываем { $number } документа … Они сами придут в чат. Страницу можно закрыть.
   *[many] Подписываем { $number } документов … Они сами придут в чат. Страницу можно закрыть.
}
web-sign-withdrawn = Отменено. Ничего не подписано; заявка ждёт в чате.
web-record-gone-title = Страница устарела
web-record-gone = По этому адресу нечего подписывать. Нажмите в чате «Подписать» ещё раз.
web-short-B-B = Усиленная подпись
web-short-B-T = Усиленная подпись с доверенным временем
web-short-beside-B-B = Усиленная подпись отдельным файлом
web-short-beside-B-T = Усиленная подпись с доверенным временем отдельным файлом
web-level-B-B = Усиленная электронная подпись (PAdES B-B): время указано самим сервером.
web-level-B-T = Усиленная электронная подпись с доверенным временем (PAdES B-T).
web-level-beside-B-B = Усиленная электронная подпись отдельным файлом (CAdES B-B): документ не меняется, время указано самим сервером.
web-level-beside-B-T = Усиленная электронная подпись с доверенным временем отдельным файлом (CAdES B-T): документ не меняется.
web-key-own = Ваш ключ
web-key-signers = Ключ подписанта
web-key-seal = Печать организации
web-key-software = программный токен
web-key-hardware = аппаратный токен
web-key-test = ТЕСТОВЫЙ ключ, без юридической силы
web-key-until = действует до { $date }
web-code-honest-title = Ваш код
web-code-honest = Один код подписывает ровно то, что показано здесь, и только один раз. Его проверяет наш сервер: не вводите его на других страницах и никому не сообщайте.

# Проверка

web-verify-title = Проверить подписанный документ
web-verify = Кто подписал, когда и меняли ли документ потом? Файл проверяется и забывается; ничего не хранится.
web-verify-drop = Перетащите сюда PDF или выберите файл
web-verify-limit = До 20 МБ. Документ и его .p7s перетащите вместе
web-verify-wait = проверяем …
web-verify-button = Проверить
web-verify-another = Проверить другой файл
web-verdict-valid-title = Подпись действительна
web-verdict-valid = После подписания документ не меняли, и за подписанта ручается тот, кому мы доверяем.
web-verdict-valid-but-unknown-signer-title = Не изменён, но кто подписал, сказать нельзя
web-verdict-valid-but-unknown-signer = После подписания документ не меняли, но за подписанта не ручается никто, кому мы доверяем.
web-verdict-changed-title = Изменён после подписания
web-verdict-changed = Добавлено то, чего подписи не охватывают. Не полагайтесь на этот файл.
web-verdict-broken-title = Подпись нарушена
web-verdict-broken = Файл или его подпись изменены или повреждены. Не полагайтесь на него.
web-verdict-unsigned-title = Не подписан
web-verdict-unsigned = В этом PDF нет электронной подписи.
web-verdict-document-missing-title = Не хватает документа
web-verdict-document-missing = Это подпись отдельным файлом. Выберите оба файла вместе: документ и его .p7s.
web-verdict-unreadable-title = Файл нельзя проверить
web-verdict-unreadable = Его не удалось прочитать как исправный PDF в наших пределах, поэтому о подписях в нём ничего сказать нельзя.
web-signature-valid = действительна
web-signature-valid-but-unknown-signer = подписант неизвестен
web-signature-changed = изменён после подписания
web-signature-broken = нарушена
web-signature-unsigned = нет подписи
web-signature-unreadable = не читается
web-signer-unreadable = Подписант не читается
web-trusted-by = { $root }
web-trusted-by-nobody = никто, кому мы доверяем
web-time-proved = { $time }, подтверждает { $authority }
web-time-stated = { $time }, со слов подписанта
web-time-unknown = не указано
web-changed-no = не изменён
web-changed-yes = изменён так, что подписи этого не охватывают
web-changed-broken = подписанные данные больше не сходятся
web-kind-ses = Простая электронная подпись
web-kind-ades = Усиленная электронная подпись
web-kind-seal = Электронная печать
web-claims-qualified = называет себя квалифицированной (не проверялось)
web-ours = Наш номер
web-report = Полный отчёт
web-report-download = Скачать как JSON

# /v/НОМЕР

web-number-title = Или найдите по номеру
web-number-label = Номер на штампе
web-number-button = Найти
web-number-unknown-title = Мы не знаем этого номера
web-number-unknown = Сверьте его с номером на штампе: двенадцать букв и цифр в трёх группах.
web-state-waiting = Ждёт подписанта
web-state-frozen = Приостановлен
web-state-signing = Подписывается
web-state-signed = Подписан
web-state-rejected = Не подписан: отклонён
web-state-expired = Не подписан: срок истёк
web-state-cancelled = Не подписан: отменён
web-compare-title = Это ваш файл?
web-compare = Отпечаток сравнивает ваш браузер; файл никуда не отправляется.
web-compare-drop = Перетащите сюда подписанный PDF или выберите его
web-compare-same = Да: это тот самый файл, который подписан под этим номером.
web-compare-other = Нет: это не тот файл, который подписан под этим номером.

# Это не я

web-lock-title = Это были не вы?
web-lock = Блокировка сразу останавливает ваш ключ: от вашего имени больше ничего не подпишут, у кого бы ни оказались телефон или код.
web-lock-button = Заблокировать мой ключ
web-lock-undo = Снять блокировку может только администратор.
web-locked-title = Ваш ключ заблокирован
web-locked = От вашего имени больше ничего нельзя подписать. Администраторам сообщено; поговорите с ними.
