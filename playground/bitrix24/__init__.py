"""A Bitrix24 portal and its authorization server in miniature."""
