"""Who must say yes: policy, route, delegation."""
