# Отправка подписанного документа клиенту: письмо, страница ссылки, кнопки автора, лента сделки.

letter-subject = Подписано: { $documents }
letter =
    Добрый день!

    Во вложении { $documents }, подписано: { $signer }, { $company }.
    Отправитель: { $requester }.

    Заявка: { $number }
    Отпечаток подписанного файла: { $fingerprint }
letter-check =
    Как проверить: откройте файл в программе, которая показывает подписи, например в Adobe Acrobat Reader. Она назовёт подписавшего и скажет, что после подписи ничего не изменилось. Если она не знает, кто ручается за подписавшего, сама подпись не нарушена: попросите у нас корневой сертификат.
letter-check-online =
    Или проверьте файл здесь, ничего не устанавливая: { $verify }
    Что, когда и кем подписано: { $page }

web-share-title = Подписанный документ
web-share-eyebrow = Для вас от { $company }
web-share-lead = Подписано: { $signer }. Скачайте и сохраните файл: он и есть оригинал.
web-share-download = Скачать { $name }
web-share-ends = Ссылка действует до { $until }, { $left ->
        [one] ещё { $left } скачивание
        [few] ещё { $left } скачивания
       *[other] ещё { $left } скачиваний
    }.
web-share-check-title = Как проверить и почему можно доверять
web-share-check-reader = Откройте файл в программе, которая показывает подписи, например в Adobe Acrobat Reader: она назовёт подписавшего и скажет, что после подписи ничего не изменилось.
web-share-check-root = Если программа не знает, кто ручается за подписавшего, сама подпись не нарушена. Попросите у отправителя корневой сертификат компании, лучше по телефону.
web-share-check-online = Ничего не установлено? Проверьте файл на нашей странице, она ничего не сохраняет:
web-share-verify = Проверить подписанный файл
web-share-number = Что мы знаем об этой подписи
web-share-expired-title = Срок ссылки истёк
web-share-expired = Попросите новую у того, кто её прислал. Сам документ сохранён.
web-share-used-up-title = Ссылка исчерпана
web-share-used-up = Документ скачали столько раз, сколько разрешено. Попросите новую ссылку у того, кто её прислал.
web-share-revoked-title = Ссылку отозвали
web-share-revoked = Тот, кто её прислал, закрыл её. Спросите у этого человека.
web-share-unknown-title = Здесь ничего нет
web-share-unknown = Ссылка неполная, или её не существует. Скопируйте её ещё раз целиком или спросите у того, кто её прислал.

button-share = 🔗 Ссылка для клиента
button-mail = 📧 Отправить почтой
button-mail-sure = 📧 Да, отправить
button-unshare = Отозвать ссылку
client-address = Следующим сообщением напишите адрес почты клиента.
client-sure = Отправить подписанный файл на { $address }?
client-link =
    🔗 Ссылка для клиента на «{ $document }». Действует до { $moment }, { $downloads ->
        [one] { $downloads } скачивание
        [few] { $downloads } скачивания
       *[other] { $downloads } скачиваний
    }. Файл скачает любой, у кого она есть; отозвать её можно под сообщением с файлом.
    { $url }
client-link-open = 🔗 Ссылка { $link }: до { $moment }, скачано { $downloads } из { $most }
client-link-ended = 🔗 Ссылка { $link }: { $why }
client-ended-link-expired = срок истёк
client-ended-link-revoked = отозвана
client-ended-link-used-up = исчерпана
client-mail-promised = 📧 { $address }: отправляется
client-mail-delivered = 📧 { $address }: отправлено
client-mail-failed = ⚠️ { $address }: не отправлено, { $reason }
toast-link = Ссылка сейчас придёт
toast-mailed = Уходит на { $address }
toast-unshared = Ссылка больше ничего не открывает

sent-link = 🔗 { $document }: { $person }, ссылка { $link } для клиента до { $moment }, { $downloads ->
        [one] { $downloads } скачивание
        [few] { $downloads } скачивания
       *[other] { $downloads } скачиваний
    }.
sent-link-ended = 🔗 { $document }: ссылка { $link } для клиента больше не действует ({ $why }).
sent-mail = 📧 { $document }: отправлено на { $address } по почте.
sent-somebody = администратор

error-NotAllowed-no-links = Ссылок для клиентов здесь нет: их отключил администратор, или нет публичного адреса.
error-NotAllowed-no-mail = Почтовый сервер здесь не настроен. Обратитесь к администратору или отправьте ссылку.
error-NotAllowed-not-an-address = Это не адрес почты. Он выглядит так: name@example.com; напишите ещё раз.
error-NotAllowed-sent-already = На этот адрес уже отправлено. Повторно ничего не ушло.
error-NotAllowed-link-expired = Срок этой ссылки истёк.
error-NotAllowed-link-used-up = Эта ссылка исчерпана.
error-NotAllowed-link-revoked = Эту ссылку отозвали.
reason-address = почтовый сервер не знает такого адреса
reason-mail-refused = почтовый сервер не принял письмо, возможно, файл слишком велик; отправьте ссылку
