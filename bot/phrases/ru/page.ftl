# Наша страница вне других сайтов: как на неё попасть и что на ней есть, кроме стола сделки.

# В чате
command-page = Мои документы на нашей странице
button-my-page = 🗂 Открыть мою страницу
page-link = Ваша страница: что ждёт вас, ваши запросы, загрузка документов. Ссылка сработает один раз, в течение десяти минут, в любом браузере.
page-link-none = У этой установки нет своей страницы: её публичный адрес не задан. Всё работает здесь, в чате.

# Ссылка
page-open-title = Ваши документы
page-open-eyebrow = { $company }
page-open = Сейчас вы войдёте в этом браузере как { $name }.
page-open-replaces = Здесь уже вошёл другой человек: его сеанс закончится.
page-open-button = Открыть как { $name }
page-open-not-you = Ссылка сработает один раз. Если это не ваше имя, закройте страницу и сообщите администратору.
web-page-link-gone-title = Эта ссылка использована или устарела
web-page-link-gone = Ссылка действует один раз и десять минут. Отправьте боту /page, и он пришлёт новую. Если её использовали не вы, выйдите везде на своей странице или отправьте /lock.

# Первая страница для посетителей
page-in-title = Ваши документы
page-in = Вы работаете в { $company }? Здесь лежат запросы, которые ждут вас, и те, что сделали вы.
page-in-chat = Откройте чат с нашим ботом в Telegram.
page-in-command = Отправьте ему команду
page-in-open = Откройте ссылку из его ответа. Она сработает один раз.
page-in-why = Пароля нет: бот уже знает вас.
page-check-title = Вам прислали подписанный PDF?
page-check = Посмотрите, кто его подписал, когда и не изменили ли его с тех пор.

# Сама страница
page-act-remind = Напомнить
page-act-resume = Запросить снова
page-act-reassign = Другой подписант
page-act-question = Задать вопрос
page-act-answer = Ответить
page-act-delegate = Передать
page-act-verify = Страница проверки
page-done-remind = Подписанту отправлено напоминание.
page-tick = Отметить { $name }
page-tick-all = Отметить все
page-sign-ticked = { $number ->
    [0] Отметьте, что подписать
    [one] Подписать { $number } запрос одним кодом
    [few] Подписать { $number } запроса одним кодом
   *[many] Подписать { $number } запросов одним кодом
}
page-question-title = Что вы хотите узнать?
page-question-about = Запрос по-прежнему ждёт вас; ответ появится здесь и в чате.
page-answer-title = Ваш ответ
page-send = Отправить
page-delegate-title = Кто подпишет вместо вас?
page-delegate-about = Этот человек подпишет своим ключом; автор запроса узнает об этом.
page-delegate-send = Передать
page-reassign-title = Кто подпишет вместо него?
page-reassign-send = Попросить
page-talk-question = { $person } спрашивает: { $text }
page-talk-answer = { $person } отвечает: { $text }
page-deputies-title = Кто меня замещает
page-deputies = Этим людям вы можете передать запрос. Каждый подписывает своим ключом и своим кодом.
page-deputies-none = Пока никто.
page-deputies-choose = Выбрать
page-deputies-save = Сохранить
page-deputies-nobody = Других подписантов здесь нет.
page-sessions-title = Мои сеансы
page-session = { $device }, последний раз { $moment }
page-session-this = этот браузер
page-session-unknown = Неизвестный браузер
page-sign-out = Выйти
page-sign-out-everywhere = Выйти везде
page-signed-out = Вы вышли. Отправьте боту /page, и он пришлёт новую ссылку.
page-upload-many = Несколько файлов станут несколькими запросами одному подписанту.
desk-event-questioned = { $person }: вопрос — { $text }
desk-event-answered = { $person }: ответ — { $text }
error-NotAllowed-no-words = Напишите сначала несколько слов.
error-NotAllowed-no-reason = Скажите, почему: выберите причину или напишите несколько слов.
error-NotAllowed-too-many-at-once = Один код подписывает не больше { $number } документов. Снимите часть отметок и подпишите остальное потом.
