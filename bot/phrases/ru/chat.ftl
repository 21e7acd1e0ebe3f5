# Карточки, кнопки, подсказки и ответы в чате.

# Время и размеры
moment-today = сегодня, { $time }
moment-ahead = { $when } ({ $days ->
    [1] завтра
    [one] через { $days } день
    [few] через { $days } дня
   *[many] через { $days } дней
})
moment-ago = { $when } ({ $days ->
    [1] вчера
    [one] { $days } день назад
    [few] { $days } дня назад
   *[many] { $days } дней назад
})
size-kb = { $number } КБ
size-mb = { $number } МБ

# Общие строки карточек
document-facts = { $pages ->
    [one] { $pages } страница
    [few] { $pages } страницы
   *[many] { $pages } страниц
} · { $size }
documents-more = … и ещё { $number }
fingerprint = Отпечаток { $value }
fingerprints = Отпечатки:
number = Заявка { $number }
deadline = Срок: { $moment }
from = От кого: { $requester }
somebody = кто-то
handed-over = От кого передано: { $person }
handed-to = Кому передано: { $person }
earlier-intact = Уже есть подпись: { $signer }, цела
earlier-unclear = Уже есть подпись: { $signer }, не проверена
earlier-more = … и ещё подписей: { $number }
again = Снова у вас: { $reason }

# Карточка заявителя
draft-who = Кто подпишет?
draft-nobody = Здесь пока некому подписывать. Попросите администратора добавить подписанта.
reassign-who = Кого попросить вместо этого?
waiting-for = Ждём: { $signer }
looked = 👀 Документ открыт: { $signer }, { $moment }
postponed = ⏰ { $signer } вернётся к нему: { $moment }
frozen = ⏸ Остановлено: { $reason }
frozen-choice = Ничего не подписано и ничего не потеряно. Можно попросить снова или отозвать.
frozen-wait = Ничего не подписано. Заявитель решит, просить ли снова.
signing = ⏳ Подписываем…
delayed = Это займёт больше времени: { $reason }. Ничего не потеряно, всё продолжится само.
cancel-question = Отозвать заявку? Вернуть её будет нельзя.
final-signed = ✅ Подписано: { $signer }, { $moment }
final-rejected = ✖ Отказ: { $signer }, { $moment }: { $reason }
final-expired = ⌛ Срок вышел без ответа: { $moment }
final-cancelled = ➖ Отозвано: { $requester }, { $moment }

# Карточка подписанта
postponed-here = ⏰ Вы вернётесь к нему: { $moment }
reject-why = Почему вы отказываете?
reason-write = Напишите причину следующим сообщением.
ask-write = Напишите вопрос ({ $requester }) следующим сообщением.
deputy-who = Кто подпишет вместо вас, своим ключом?
later-when = Когда вернуть карточку?

# Второй шаг
step-two = Шаг 2 из 2
step-two-many = Шаг 2 из 2: { $number ->
    [one] { $number } документ
    [few] { $number } документа
   *[many] { $number } документов
} одним кодом
sign-as = Вы подписываете как { $signer }
certificate = Сертификат: { $subject }, действует до { $until }
certificate-which = Какой сертификат?
kind-own = Усиленная подпись вашим ключом
kind-seal = Печать организации
kind-hardware = аппаратный токен
kind-software = программный токен
kind-test = ТЕСТОВЫЙ сертификат
level-B-B = без доверенного времени
level-B-T = с доверенным временем
level-beside-B-B = отдельным файлом (.p7s), без доверенного времени
level-beside-B-T = отдельным файлом (.p7s), с доверенным временем
code-confirm = Введите код из приложения-аутентификатора. Он действует один раз и только для этого.
code-typing = Отправьте шесть цифр сообщением. Я удалю его до проверки.
code-keypad = Нажмите шесть цифр. Клавиши действуют 90 секунд.
code-shape = Код – это шесть цифр, от 0 до 9. Попытка не засчитана, попробуйте ещё раз.

code-not-awaited = Это похоже на код, поэтому я его удалил. Сейчас код здесь не нужен.
code-not-reason = Это похоже на код, поэтому я его удалил и не принял как причину. Напишите причину словами.
code-not-question = Это похоже на код, поэтому я его удалил и не принял как вопрос. Напишите вопрос словами.
code-not-amount = Это похоже на код, поэтому я его удалил. Если это сумма, нажмите «Назвать сумму» на карточке и напишите её ещё раз.
code-not-answer = Это похоже на код, поэтому я его удалил и не принял как ответ. Ответьте на вопрос словами.

# Карточка-список
list-head = { $number ->
    [one] Вас ждёт { $number } заявка
    [few] Вас ждут { $number } заявки
   *[many] Вас ждут { $number } заявок
}
list-hint = Снимите галочку с того, что не подписываете сейчас, или откройте заявку, чтобы посмотреть.
list-line = { $requester } · { $pages ->
    [one] { $pages } страница
    [few] { $pages } страницы
   *[many] { $pages } страниц
} · срок { $moment }
list-empty = Вас ничего не ждёт. ☀️
open-which = Какую открыть?
progress = ⏳ Подписано { $signed } из { $all }…
progress-done = ✅ Подписано { $signed } из { $all }
progress-rest = Остальные подписаны. Названные здесь – нет.

# Кнопки
button-sign = ✅ Подписать
button-reject = ✖ Отказать
button-pages = 👁 Страницы
button-deputy = ⤴ Заместитель
button-later = ⏰ Позже
button-ask = ❓ Спросить
button-back = ‹ Назад
button-more = Ещё ›
button-myself = Подпишу сам(а)
button-cancel = Отменить
button-cancel-sure = Да, отозвать
button-remind = 🔔 Напомнить
button-reassign = Другой подписант
button-resume = Попросить снова
button-check = 🔎 Проверить подписи
button-reason = ✍️ Своими словами
button-later-hour = Через час
button-later-tonight = Вечером
button-later-monday = В понедельник
button-secure-page = 🔒 Ввести код на защищённой странице
button-typing = Написать здесь
button-keypad = 🔢 Клавиши
button-withdraw = Отмена
button-certificate = Сертификат
button-sign-many = ✅ Подписать { $number } одним кодом
button-open = Открыть…
button-rest = Показать остальные
button-not-me = Это был не я
button-verification = 🔎 Страница проверки
button-copy-number = Скопировать номер
button-enrol = 🔒 Подключить аутентификатор

# Подсказки
toast-old = Эта кнопка уже не действует. Карточка показывает, как обстоит дело сейчас.
toast-somebody-else = Эта кнопка для другого человека.
toast-elsewhere = Эта кнопка от другого сообщения.
toast-keypad-over = Время клавиш вышло. Откройте новые.
toast-submitted = Отправлено: { $signer }
toast-reminded = Напоминание отправлено. В тихие часы оно придёт, когда они закончатся.
toast-resumed = Попросили снова
toast-cancelled = Отозвано
toast-checking = Проверяю подписи…
toast-pages = Страницы сейчас придут
toast-rejected = Отказано. Заявитель получит вашу причину.
toast-delegated = Передано
toast-postponed = Отложено
toast-locked = Ваша подпись заблокирована. Ни один код не действует, пока администратор не снимет блокировку. Администраторы знают.

# Команды
command-pending = Что ждёт моей подписи
command-mine = О чём я просил(а)
command-verify = Проверить подписанный PDF
command-factor = Подключить аутентификатор
command-language = Язык: en или ru
command-timezone = Часовой пояс
command-lock = Сразу заблокировать мою подпись
command-help = Как это работает
start = Здравствуйте, { $name }! Пришлите PDF, файл Word или фото бумаги и выберите, кто подпишет. Подробнее: /help.
welcome = Добро пожаловать, { $name }! Этот чат теперь ваш.
welcome-requester = Пришлите или перешлите мне PDF, файл Word или фото бумаги и выберите, кто подпишет. Подписанный файл вернётся сюда.
welcome-signer = Документы для вас приходят сюда карточками. Чтобы подписывать, нужно приложение-аутентификатор; подключить его – две минуты.
help = Пришлите или перешлите PDF, офисный файл (Word, Excel и подобные) или фото бумаги: я спрошу, кто подпишет, и подписанный файл вернётся сюда. Подпись к файлу увидит подписант как ваш комментарий.
    Несколько файлов, отправленных вместе, – одна заявка.

    /pending – что ждёт вас{ $page ->
        [yes] {" "}· /page – ваша страница в браузере
       *[no] {""}
    }
    /mine – о чём вы просили · /history – найти снова, с доказательствами
    /away – кто подписывает, пока вас нет · /quiet – когда вам не напоминать
    /verify – проверить подписанный PDF
    /factor – ваш аутентификатор
    /language en или ru · /timezone Europe/Podgorica
    /lock – сразу заблокировать вашу подпись
language-how = Напишите /language en или /language ru.
language-set = Теперь я говорю с вами по-русски.
timezone-how = Время показано для { $zone }. Чтобы изменить, напишите, например, /timezone Europe/Podgorica.
timezone-set = Теперь время показано для { $zone }.
factor-link = Вот ваша страница. Она открывается один раз и живёт 15 минут. Секрет через этот чат не проходит.
factor-console = Здесь нет страницы, доступной с телефона. Попросите администратора: терминал сервера нарисует QR-код для вас.
locked-now = 🔒 { $name }: подпись заблокирована. Ни один код не действует, пока администратор не снимет блокировку.
unlocked-now = { $name }: блокировка снята.
mine-head = Ваши последние заявки:
mine-line = { $name }
    { $state } · { $moment } · { $number }
mine-empty = Вы ещё ни о чём не просили. Пришлите PDF, чтобы начать.
state-draft = ещё не отправлена
state-waiting = ждёт
state-frozen = остановлена
state-signing = подписывается
state-signed = подписана
state-rejected = отказ
state-expired = срок вышел
state-cancelled = отозвана

# Обычные сообщения
send-a-document = Пришлите PDF, файл Word или фото бумаги, и я спрошу, кто подпишет. Подробнее: /help.
send-a-file-to-check = Пришлите PDF, и я расскажу, что говорят его подписи.
asked = Вопрос отправлен. Заявка пока ждёт.
answered = Ответ отправлен.
answer-here = Ваш ответ
stranger = Здравствуйте! Я работаю только для людей одной компании. Если вы из неё, попросите у администратора ссылку-приглашение.
stranger-in-group = Я знаю только тех, кого пригласил администратор. Попросите ссылку-приглашение; она откроет личный чат со мной.
group-how = Ответьте здесь на PDF, назвав меня, или пришлите его мне в личный чат.
receipt = ✅ Подписано: { $signer }, { $level }

# Что видит группа
origin-draft = 📄 Заявка { $number } принята. Остальное в личном чате.
origin-waiting = ⏳ Заявка { $number } ждёт подписи.
origin-frozen = ⏸ Заявка { $number } остановлена.
origin-signing = ⏳ Заявка { $number } подписывается.
origin-signed = ✅ Заявка { $number } подписана. Файл в личном чате.
origin-rejected = ✖ По заявке { $number } отказ.
origin-expired = ⌛ Срок заявки { $number } вышел.
origin-cancelled = ➖ Заявка { $number } отозвана.
origin-refused = ✖ Этот файл я взять не могу. Причина в личном чате.

# Что говорит подписанный файл
verdict-valid = ✅ Действительна: после подписания ничего не изменено.
verdict-valid_but_unknown_signer = ⚠️ Ничего не изменено, но никто из тех, кому мы доверяем, не подтверждает подписавшего.
verdict-changed = ✖ Изменено после подписания.
verdict-broken = ✖ Подпись нарушена.
verdict-unsigned = ➖ В этом файле нет подписи.
verdict-unreadable = ✖ Этот файл не читается, поэтому сказать о нём ничего нельзя.
verdict-signature-valid = ✅ { $signer }
verdict-signature-valid_but_unknown_signer = ⚠️ { $signer }
verdict-signature-changed = ✖ { $signer }: файл потом изменили
verdict-signature-broken = ✖ { $signer }: подпись не подходит к файлу
verdict-signature-unsigned = ➖ { $signer }
verdict-signature-unreadable = ✖ { $signer }
verdict-time-proved = время подтверждает { $by }
verdict-time-stated = время со слов подписавшего
verdict-trusted = Доверие: { $by }
verdict-untrusted = Никто из тех, кому мы доверяем, не ручается за подписавшего
verdict-kind = { $label }, уровень { $level }
label-ses = Простая подпись
label-ades = Усиленная подпись
label-seal = Печать организации
