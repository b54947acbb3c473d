"""The staff shell 管理: landing page, background jobs, main navigation, the demo college. Floor 13, above everything."""
