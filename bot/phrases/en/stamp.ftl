# What stands in the visible stamp and in the signature itself.
stamp-own-key = Advanced signature with own key
stamp-seal = Company seal
stamp-reason = Approved, request
