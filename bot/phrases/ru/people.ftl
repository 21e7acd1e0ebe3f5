# Люди: как присоединяются, роли и то, что решают два администратора.

# Роли
role-requester = отправитель
role-signer = подписант
role-operator = оператор
role-auditor = аудитор
role-administrator = администратор

# О чём предложение
proposal-role = Роль для { $about }
proposal-key = Новый ключ «{ $about }»
proposal-key-owner = Ещё один владелец ключа «{ $about }»
proposal-key-certificate = Сертификат для ключа «{ $about }»
proposal-factor-reset = { $about }: можно настроить другой аутентификатор, прежний будет забыт

# Разница, по строке на изменение
change-line = { $what }: { $old } → { $new }
change-nothing = нет
change-roles = Роли
change-owners = Владельцы
change-key = Ключ
change-certificate = Сертификат, SHA-256
change-authenticator = Аутентификатор

# Что с ним
proposal-head = 🗝 Расширение прав: решают два администратора
proposal-by = Предлагает { $by }
proposal-behind = За: { $names }
proposal-number = Предложение { $number }
proposal-state-open = Нужно одобрение второго администратора. Срок: { $moment }; без него ничего не изменится.
proposal-state-delayed = Одобрить больше некому, поэтому оно вступит в силу само ({ $moment }), если никто его не остановит.
proposal-state-approved = Одобрено. Сейчас вступит в силу.
proposal-state-applying = Одобрено. Сейчас вступит в силу.
proposal-state-applied = ✅ Вступило в силу.
proposal-state-objected = ✖ Остановлено. Ничего не изменилось.
proposal-state-objected-by = ✖ Остановлено: { $by }. Ничего не изменилось.
proposal-state-expired = ⌛ Никто не одобрил вовремя. Ничего не изменилось.
proposal-state-stale = ➖ То, о чём шла речь, тем временем изменилось, или сделать это уже нельзя. Ничего не изменилось; предложите заново.
proposal-sure = Остановить это предложение? Ничего из него не вступит в силу.
proposal-console = В этой компании код не вводят ни сообщением, ни кнопками. Одобрите на консоли сервера: { $command }
proposals-empty = Ничто не ждёт второго администратора.
button-proposal-approve = ✅ Одобрить
button-proposal-sure = ✖ Остановить
button-proposal-object = ✖ Да, остановить
button-proposal-back = ↩ Назад

# Извещения
notice-founded = 🔑 С этого момента права расширяют двое администраторов: роли, ключи, аутентификаторы. Один может только ограничивать. См. /proposals
notice-proposed = 🗝 Предложено расширить права ({ $about }). Решают администраторы: /proposals в Telegram или консоль, { $proposal }
notice-proposal-ended = 🗝 По предложению { $proposal } ({ $about }) принято решение.
notice-proposal-at-console = 🗝 Предложение { $proposal } одобрено, но выполнить его может только консоль сервера: countersign proposals apply { $proposal }
notice-role-given = { $text ->
    [signer] 🔑 Теперь вы можете подписывать. Сначала настройте аутентификатор: /enrol
    [administrator] 🔑 Теперь вы администратор. Сначала настройте аутентификатор: /enrol
    [operator] 🔑 У вас новая роль: оператор. Вы приглашаете людей и повторно отправляете подписанные файлы: /people
    [auditor] 🔑 У вас новая роль: аудитор. Вам можно смотреть всё и ничего не менять: /people
   *[other] 🔑 У вас новая роль.
}
notice-role-taken = ➖ С вас снята роль: { $text ->
    [signer] подписант
    [administrator] администратор
    [operator] оператор
    [auditor] аудитор
   *[other] отправитель
}. Так решает { $by }. Если это ошибка, обратитесь к администратору.
reason-not-a-signer = этот человек больше не подписывает
reason-expired = никто не одобрил вовремя

# Ошибки
error-NotAllowed-no-right = Ваша роль этого не позволяет. Ничего не изменилось. Обратитесь к администратору.
error-NotAllowed-own-proposal = Вы уже стоите за этим предложением. Одобрить должен другой администратор.
error-NotAllowed-benefits = Это в вашу пользу, поэтому одобрить должен кто-то другой.
error-NotAllowed-young-factor = Ваш аутентификатор настроен меньше суток назад. Одобрять им можно с завтрашнего дня; до тех пор может другой администратор.
error-NotAllowed-plain-role = Отправитель — каждый; эту роль не дают и не снимают.
error-NotAllowed-last-administrator = Это единственный администратор. Сначала дайте роль кому-то ещё.
error-NotAllowed-no-proved-administrator = Ни у одного администратора ещё нет аутентификатора, одобрять было бы некому. Сначала настройте его.
error-NotAllowed-personal-key = У личного ключа один владелец. Для нескольких сделайте печать или каждому свой ключ.
error-NotAllowed-taken = Этот адрес или номер уже у другого человека. Ничего не изменилось.
error-NotAllowed-peer = Это с модулем подписи может сделать только консоль сервера.
error-NotAllowedNow-proposal-over = Это предложение уже завершено ({ $state }). Ничего не изменилось.
error-NotAllowedNow-proposal-changed = То, о чём это предложение, тем временем изменилось, и оно больше не действует. Ничего не изменилось; предложите заново.
error-NotAllowedNow-has-role = { $person } уже имеет эту роль.
error-NotAllowedNow-owns-already = Этот человек уже может пользоваться этим ключом.
error-NotAllowedNow-has-certificate = Именно этот сертификат у ключа уже есть.

# Страница компании
web-join-title = Присоединиться
web-join = Документы здесь подписывают в Telegram. Введите рабочий адрес почты: туда придёт письмо с вашей личной ссылкой.
web-join-email = Рабочий адрес почты
web-join-button = Прислать ссылку
web-join-note = Ссылка сработает один раз, в течение суток. Какие адреса есть в компании, здесь никто не узнает.
web-join-wrong = Это не похоже на адрес почты. Проверьте, пожалуйста.
web-join-asked-title = Проверьте почту
web-join-asked = Если этот адрес есть в списке сотрудников, письмо уже в пути. Несколько минут ничего нет? Загляните в спам или спросите администратора.
web-join-ask-somebody-title = Обратитесь к администратору
web-join-ask-somebody = Отсюда эта компания писем не шлёт. Личную ссылку может прислать ваш администратор.
web-join-for = Приглашение для
web-join-begin = Вы подключите свой аккаунт Telegram. После этого документы на подпись отправляют там, и туда же они возвращаются подписанными.
web-join-not-you = Если здесь не ваше имя, закройте страницу и сообщите администратору.
web-join-begin-button = Дальше
web-join-open-title = Откройте чат и нажмите «Начать»
web-join-open = Кнопка открывает Telegram на этом устройстве. Нажмите там «Начать»: аккаунт подключится, больше ничего не нужно.
web-join-open-button = Открыть Telegram
web-join-scan = Telegram на телефоне? Наведите его камеру:
web-join-qr = QR-код, который открывает чат
web-join-signer = Ваши решения подтверждает код: после «Начать» бот пришлёт ссылку для настройки аутентификатора.
web-join-minutes = Кнопка и код сработают один раз, в течение { $minutes } минут.

# Письма
join-letter-subject = { $company }: ваша ссылка для подписания документов в Telegram
join-letter =
    Здравствуйте, { $name }!

    { $company } подписывает документы в Telegram. Подключите свой аккаунт по этой ссылке; она только для вас и сработает один раз:

    { $link }

    Вы этого не просили или это не ваше имя? Ничего не делайте и сообщите администратору.
join-letter-known =
    Здравствуйте, { $name }!

    Ваш аккаунт Telegram уже подключён: откройте чат с ботом и напишите /start. Кто подписывает, настраивает аутентификатор командой /enrol.

    У вас новый аккаунт Telegram или вы этого не просили? Сообщите администратору.

# Команды тех, кто ведёт компанию
people-head = 👥 Людей: { $number }
people-not-invited = не приглашены: { $number }
people-invited = приглашены, ещё не подключены: { $number }
people-bound = подключены: { $number }
people-enrolled = с аутентификатором: { $number }
people-locked = заблокированы: { $number }
people-missing = Ещё не с нами:
invite-sent = ✉️ Письмо для { $name } в пути.
resent = 📤 Подписанные файлы снова в пути, мест: { $number }.
error-NotAllowed-bound-already = { $person }: аккаунт уже подключён.
error-NotAllowed-no-address = Для { $person } письмо не отправить: в списке сотрудников нет адреса или компания не шлёт писем. Ссылку может сделать администратор на консоли.

# Страница предложения
web-approve-title = Одобрить предложение
web-approved = Одобрено. Сейчас вступит в силу, карточка это покажет.
web-approved-one-more = Одобрено. Нужен ещё один администратор.

# Полномочие, о котором договариваются два администратора
proposal-mandate = Что печать «{ $about }» подписывает сама
proposal-policy = Другой файл правил: { $about }…
change-routes = Маршруты
change-policy = Файл правил, SHA-256
error-NotAllowed-policy-faults = В файле правил есть ошибки, поэтому принять его нельзя. Их назовёт команда: countersign policy check
error-NotAllowedNow-policy-agreed = Именно этот файл правил уже действует.
change-type = Вид документа
change-count = Сколько
change-until = До
change-largest = Сумма одного, не больше
change-total = Сумма всех вместе, не больше
