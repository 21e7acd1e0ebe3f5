# Повторная отправка подписанных файлов: countersign requests resend.

error-NotAllowedNow-not-signed = Эта заявка не подписана, подписанного файла ещё нет. Посмотрите, как она стоит: countersign requests show NUMBER
error-NotFound-no-chat = У автора заявки сейчас нет чата с ботом. Исправить: countersign people invite PERSON
