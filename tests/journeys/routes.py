"""The policy file of the journeys: routes for files of these names, and nobody else is disturbed by them."""

from __future__ import annotations

ROUTED = 10
"""So many signers stand in the routes, and nowhere else."""

ROUTES = """\
[[route]]
name = "One after the other"
documents = ["*in order*"]
required = true

[[route.step]]
signs = ["{0}"]

[[route.step]]
signs = ["{1}"]

[[route]]
name = "Both"
documents = ["*both*"]

[[route.step]]
signs = ["{2}", "{3}"]

[[route]]
name = "Either"
documents = ["*either*"]

[[route.step]]
signs = ["{4}", "{5}"]
need = "any"

[[route]]
name = "Two of three"
documents = ["*two of three*"]

[[route.step]]
signs = ["{6}", "{7}", "{8}"]
need = 2

[[route]]
name = "Lawyer first"
documents = ["*lawyer*"]

[[route.step]]
approves = ["{0}", "{2}"]
need = "any"
veto = ["{0}"]

[[route.step]]
signs = ["{9}"]
"""

DEAL_ROUTE = """\
currency = "EUR"

[[route]]
name = "Approved, then signed"
documents = ["*by route*"]
required = true

[[route.step]]
approves = ["{0}"]

[[route.step]]
signs = ["{1}", "{0}"]
need = "any"

[[route]]
name = "Both, in order"
documents = ["*by process*"]

[[route.step]]
signs = ["{2}"]

[[route.step]]
signs = ["{0}"]

[[route]]
name = "Large supplies"
documents = ["*by amount*"]
amount_from = 10_000
required = true

[[route.step]]
signs = ["{0}", "{1}"]

[[route]]
name = "Small supplies"
documents = ["*by amount*"]
amount_below = 10_000

[[route.step]]
signs = ["{1}"]
"""

CHAT_ROUTES = """\
currency = "EUR"

[[route]]
name = "Large"
documents = ["Priced*"]
amount_from = 10_000
required = true
[[route.step]]
signs = ["{0}"]

[[route]]
name = "Small"
documents = ["Priced*"]
amount_below = 10_000
[[route.step]]
signs = ["{0}"]
"""
