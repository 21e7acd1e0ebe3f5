"""The company's Bitrix24 portal: documents of deals, signed in their place."""
