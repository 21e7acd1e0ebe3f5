# Файл доказательств по заявке: сводка, памятка, вердикт `countersign evidence verify`.

evidence-title = Доказательства по заявке { $number }
evidence-lead-signed = Подписано: { $signers }. Просит подпись: { $requester }. Здесь простыми словами рассказано то, что доказывают остальные части файла; доказывают они, а не эта страница.
evidence-lead-open = Не подписано: { $state }. Просит подпись: { $requester }. Здесь простыми словами рассказано то, что доказывают остальные части файла; доказывают они, а не эта страница.
evidence-foot = Доказательства по заявке { $number }, составлено { $at }
evidence-nobody = пока никто
evidence-unknown = неизвестно

evidence-request = Заявка
evidence-number = Номер
evidence-state = Состояние
evidence-requester = Автор
evidence-signer = Подписант
evidence-asked-at = Начата
evidence-finished-at = Завершена
evidence-deadline = Срок ответа
evidence-amount = Сумма
evidence-amount-requester = { $amount } (указал заявитель: { $who })
evidence-amount-deal = { $amount } (указана в сделке)
evidence-comment = Комментарий
evidence-reason = Причина
evidence-delegated = Действует за
evidence-ground = На основании
evidence-made = Файл составлен
evidence-made-by = { $at }, кем: { $who }
evidence-console = администратор машины
evidence-system = сама программа

evidence-document = Документ { $place }: { $name }
evidence-extent = Объём
evidence-extent-is = { $pages ->
        [one] { $pages } страница
        [few] { $pages } страницы
       *[other] { $pages } страниц
    }, { $bytes } байт
evidence-shown = Отпечаток показанного подписанту
evidence-signed-file = Отпечаток подписанного файла
evidence-original = Отпечаток присланного
evidence-original-why = { $sha256 } ({ $name }, из него сделан показанный PDF)
evidence-warnings = Предупреждения на карточке
evidence-parts = В этом файле
evidence-gone = Сами байты были удалены здесь до составления файла.

evidence-signature = Подпись под документом { $place }: { $signer }
evidence-signature-at = Время
evidence-time-proved = { $at }, подтверждено службой меток времени
evidence-time-stated = { $at }, по часам этой установки
evidence-level = Уровень
evidence-certificate = Отпечаток сертификата
evidence-confirmed = Подтверждено
evidence-confirmed-at = { $at }, одноразовым кодом подписанта; показано с { $shown }
evidence-sealed-at = { $at }, по постоянному поручению ({ $who }): код человека не нужен, само поручение дано с кодом
evidence-record = Запись об одобрении
evidence-record-is = { $nonce }; один код покрыл { $documents ->
        [one] { $documents } документ
        [few] { $documents } документа
       *[other] { $documents } документов
    }
evidence-policy = Действовавшие правила
evidence-policy-is = { $name }, отпечаток { $sha256 }

evidence-history = Как это было
evidence-history-time = Всё время указано по UTC.
evidence-told = Кому отправлен результат
evidence-told-promised = обещано
evidence-told-sending = отправляется
evidence-told-delivered = доставлено
evidence-told-failed = доставить не удалось

evidence-proves = Что доказывает этот файл
evidence-proves-shown = Подписано именно то, что было показано: подписанный файл начинается с тех самых байтов, отпечаток которых видел подписант, и этот отпечаток стоит в записи об одобрении.
evidence-proves-key = Ключ подписал именно это: строки книги модуля активации называют код, запись и подпись, и модуль подписал перечень этих строк.
evidence-proves-journal = В журнал ничего не дописали задним числом: его строки образуют цепочку до отметки, подписанной собственным ключом журнала. Строки о других заявках стоят в цепочке только отпечатками.
evidence-proves-not = Файл не доказывает, что телефон и код держал в руках именно названный человек: это зависит от того, как компания выдала код и ключ. Он не говорит, отозван ли сертификат позже.
evidence-check = Как проверить
evidence-check-how = Команда countersign evidence verify ФАЙЛ судит весь файл без сервера. В README.txt написано, как сделать это общедоступными программами.
evidence-check-keys = Два отпечатка нужно узнать у компании другим путём, например по телефону: ключа журнала (journal/key.pem) и корневого сертификата.

evidence-event-request-drafted = { $who }: прислан документ
evidence-event-request-submitted = { $who }: запрошена подпись ({ $to })
evidence-event-request-shown = Показано подписанту
evidence-event-request-looked-at = { $who }: документ просмотрен
evidence-event-request-reassigned = { $who }: запрошена подпись у другого человека
evidence-event-request-delegated = { $who }: передано другому
evidence-event-request-postponed = { $who }: отложено
evidence-event-request-questioned = { $who }: задан вопрос
evidence-event-request-answered = { $who }: дан ответ
evidence-event-request-reminded = Подписанту напомнили
evidence-event-request-approved = { $who }: нажато «Подписать», показано, что покроет один код
evidence-event-request-confirmed = { $who }: подтверждено одноразовым кодом
evidence-event-request-not-confirmed = { $who }: введён код, который не подошёл
evidence-event-request-frozen = Остановлено
evidence-event-request-resumed = { $who }: запрошено снова
evidence-event-request-signed = Все подписи поставлены
evidence-event-request-released = Возвращено подписанту: ничего не подписано
evidence-event-request-rejected = { $who }: отказ
evidence-event-request-cancelled = { $who }: отозвано
evidence-event-request-expired = Срок вышел
evidence-event-request-erased = Стёрто по правилам хранения; отпечатки остаются
evidence-event-request-pages-accepted = { $who }: полученные страницы просмотрены и приняты
evidence-event-request-circulated = { $who }: отправлено по маршруту
evidence-event-request-agreed = { $who }: согласовано без ключа
evidence-event-request-filed = { $who }: выбрано, куда положить подписанный файл
evidence-event-request-refused = Проверка документов отказала
evidence-event-signature-made = { $who }: поставлена подпись, документ { $place }
evidence-event-signature-refused = Самопроверка не приняла подпись
evidence-event-delivery-made = Подписанный файл доставлен
evidence-event-delivery-failed = Подписанный файл доставить не удалось
evidence-event-delivery-renewed = Подписанный файл отправляется ещё раз
evidence-event-share-made = { $who }: сделана ссылка для клиента
evidence-event-share-revoked = Ссылка для клиента отозвана
evidence-event-share-downloaded = Подписанный файл скачан по ссылке
evidence-event-share-mailed = { $who }: подписанный файл отправлен клиенту почтой
evidence-event-request-sealed = Покрыто постоянным поручением ({ $who })
evidence-event-request-not-sealed = Ни одно постоянное поручение это не покрывает
evidence-event-request-stood-in = Подписанта нет: вместо него просят другого ({ $to })
evidence-event-request-returned = Отсутствие закончилось: заявка снова ждёт того, кого не было
evidence-event-request-escalated = Напоминания не помогли: сообщено следующему по порядку
evidence-event-mandate-proposed = Постоянное поручение показано дословно
evidence-event-mandate-granted = { $who }: постоянное поручение дано с одноразовым кодом
evidence-event-mandate-revoked = Постоянное поручение отозвано
evidence-event-evidence-made = Составлен файл доказательств, для кого: { $who }

evidence-guide =
    Доказательства по заявке { $number }

    Этот файл может проверить кто угодно, без составившей его компании и без её сервера.

    Короткий путь, если где-нибудь установлен Countersign:

        countersign evidence verify ФАЙЛ

    То же руками, программами sha256sum, openssl и pdfsig, распаковав файл в пустую папку:

      1. Все части такие, какими были написаны:
         sha256sum -c manifest.sha256
      2. Ключ журнала подписал перечень частей, отметку журнала и заявление книги ключей:
         openssl dgst -sha256 -verify journal/key.pem -signature manifest.sha256.sig manifest.sha256
         openssl dgst -sha256 -verify journal/key.pem -signature journal/head.sig journal/head.json
         openssl dgst -sha256 -verify journal/key.pem -signature ledger/statement.sig ledger/statement.json
      3. Подписи документа и метка времени одной из них (номера: документ, подпись):
    { $signatures }
         openssl ts -verify -token_in -in timestamps/1-1.tst -data timestamps/1-1.value -CAfile certificates/tsa-roots.pem

    Что в каких частях:

      summary.pdf       что произошло, простыми словами
      evidence.json     то же для программ
      documents/N/      shown.pdf: байты, которые видел подписант; signed.pdf: результат, он начинается с этих байтов,
                        или signature-N.p7s: подписи отдельными файлами;
                        original: присланное, если PDF сделан из него
      records/          что именно покрыл один код (канонический JSON; его SHA-256 стоит в журнале и в книге)
      ledger/           строки модуля активации, единственной двери к ключам, и его подписанное заявление о них
      journal/          строки журнала об этой заявке и цепочка от них до подписанной отметки.
                        Строка с полем "digest" занимает место строки о чём-то другом
      certificates/     что несут подписи; roots.pem и tsa-roots.pem: чему доверяет компания
      timestamps/       метки времени (RFC 3161) и значения подписей, которые они покрывают

    Что нужно узнать другим путём: что journal/key.pem — ключ журнала компании, а корневой сертификат — её
    собственный. Сравните их отпечатки с тем, что компания сообщит вам иначе.

evidence-guide-inside = pdfsig documents/1/signed.pdf
evidence-guide-beside = openssl cms -verify -binary -cades -purpose any -inform DER -in documents/1/signature-1.p7s -content documents/1/shown.pdf -CAfile certificates/roots.pem -out checked.bin

evidence-verdict-sound = Цел: в файле ничего не изменено, насколько это проверено.
evidence-verdict-broken = НЕ цел. Найдено:
evidence-verdict-notes = Не проверено или стоит знать:
evidence-verdict-part = { $part }: { $words }

evidence-fault-between-parts = Между частями файла что-то есть, или файл упакован заново.
evidence-fault-manifest-unreadable = Перечень частей не читается.
evidence-fault-manifest-signature = Перечень частей не подписан ключом журнала.
evidence-fault-part-missing = Этой части нет.
evidence-fault-part-unlisted = Этой части нет в перечне: её подложили.
evidence-fault-part-changed = Эта часть изменена.
evidence-fault-part-unreadable = Эта часть написана не так, как пишем мы.
evidence-fault-key-differs = Это не тот ключ журнала, который вы указали.
evidence-fault-journal-row = Строка { $row } журнала изменена или не следует за предыдущей.
evidence-fault-journal-end = Строки журнала не ведут к подписанной отметке ({ $row }).
evidence-fault-head-signature = Отметка журнала не подписана ключом журнала.
evidence-fault-head-differs = Копия отметок говорит о строке { $row } другое: журнал переписан.
evidence-fault-ledger-row = Строка { $row } книги ключей изменена.
evidence-fault-ledger-order = Строка { $row } книги ключей не может стоять после предыдущих.
evidence-fault-statement-signature = Заявление книги ключей не подписано ключом журнала.
evidence-fault-statement-differs = Заявление книги ключей говорит о других строках.
evidence-fault-record-form = Запись написана не так, как при одобрении.
evidence-fault-record-differs = Это не та запись, которую подтвердил код.
evidence-fault-mandate-differs = Это не то постоянное поручение, которое дано с кодом.
evidence-fault-mandate-not-used = В книге ключей нет применения этого поручения к записи.
evidence-fault-shown-not-in-journal = Журнал с самого начала говорит о другом документе.
evidence-fault-shown-differs = Это не те байты, отпечаток которых был показан.
evidence-fault-original-differs = Это не те байты, что были присланы.
evidence-fault-not-prefix = Подписанный файл не начинается с показанных байтов.
evidence-fault-signed-differs = Это не тот файл, который бот сохранил после подписания.
evidence-fault-not-approved = Ни одна запись об одобрении не покрывает этот документ ({ $signer }).
evidence-fault-not-in-ledger = Модуль активации не знает этой подписи ({ $signer }).
evidence-fault-not-what-the-key-signed = Ключ подписал другие байты.
evidence-fault-signature-not-in-file = Подписи, которую сделал ключ, в этом файле нет.
evidence-fault-signature-not-in-journal = Журнал не говорит об этой подписи ({ $signer }).
evidence-fault-foreign-signature = Добавлена подпись, которой книга ключей не знает ({ $field }).
evidence-fault-certificate-differs = Сертификат не тот, который назван в записи.
evidence-fault-copy-differs = В подписанном документе лежит другое.
evidence-fault-signature-unreadable = Подписи в нём не читаются.
evidence-fault-signature-broken = Подпись не сходится: { $signer } ({ $problem }).
evidence-fault-signer-not-trusted = Сертификату нельзя доверять: { $signer } ({ $problem }).
evidence-fault-facts-differ = Сказано не то, что в журнале и записях ({ $field }).
evidence-fault-time-order = Строка { $row } старше того, что стоит перед ней.
evidence-fault-time-future = Файл говорит, что составлен в будущем.
evidence-fault-time-of-code = Код введён не в те десять минут, что следуют за показом документов.
evidence-fault-time-stamp-implausible = Метка времени лежит не между подписью и отметкой журнала.

evidence-note-key-unknown = Принадлежит ли этот ключ журналу компании. Сравните с тем, что скажет компания (SHA-256 ключа): { $sha256 }. Или укажите --journal-key.
evidence-note-heads-unknown = Не переписан ли журнал целиком. Укажите в --heads копию отметок, хранившуюся в другом месте.
evidence-note-head-not-in-copy = В копии отметок (пока) нет отметки о строке { $row }.
evidence-note-roots-unknown = Принадлежит ли этот корневой сертификат компании. Сравните его отпечаток (SHA-256): { $sha256 }. Или укажите --roots.
evidence-note-policy-unknown = Действовавшие тогда правила одобрения известны только отпечатком.
evidence-note-bytes-gone = Самих байтов в файле нет: они удалены в компании до его составления.
evidence-note-signer-unknown = Никто из доверенных не ручается за подписанта: { $signer } ({ $problem }); сама подпись сходится.
evidence-note-test-certificate = Сертификат ТЕСТОВЫЙ: { $signer }.
evidence-note-revocation = Отозван ли сертификат: в сети ничего не спрашивалось.
evidence-note-people = Те ли это люди, что названы: этого не докажет никакой файл.
evidence-note-weak-isolation = Документы читались без обычных стен вокруг читающей программы: на этой машине их нет.
evidence-not-evidence = Это не файл доказательств ({ $why }). Ничего не проверено.

error-NotAllowed-not-your-request = Вы не автор этой заявки и не подписывали её. Её может посмотреть аудитор.
error-NotAllowed-evidence-of-others = Один код покрыл этот документ вместе с чужими. Доказательства называют их все, поэтому получить их может только аудитор. Обратитесь к администратору.
error-NotFound-head = В журнале ещё нет подписанной отметки. Попробуйте через минуту.

command-history = мои заявки и подписанное мной; со словами: поиск
history-head = 🗂 Ваши заявки: { $total }
history-head-all = 🗂 Заявки всех: { $total }. Ваш просмотр записан в журнал.
history-searched = Поиск: { $words }
history-nothing = Ничего не нашлось. Подойти должно всё написанное, попробуйте короче.
history-line = { $state } · { $moment } · { $number }
    { $requester } → { $signer }
history-hint = Поиск: /history и часть имени документа, человек, номер, первые знаки отпечатка, день (05.11.2026), месяц (2026-11) или состояние (подписана). 📎 присылает файл доказательств по заявке.
button-newer = ◀ Новее
button-older = Старее ▶
toast-evidence = Файл доказательств сейчас придёт
evidence-caption = Доказательства по заявке { $number }: документы, записи, журнал и сводка простыми словами. Получатель проверит файл без нас: как, написано внутри в README.txt.
evidence-too-large = Доказательства по заявке { $number } слишком велики для Telegram. Обратитесь к администратору: countersign evidence make { $number }
evidence-not-here = Документы этой заявки не проходят через Telegram, а доказательства содержат их. Возьмите их на нашей странице (/page) или обратитесь к администратору.
desk-act-evidence = Доказательства
