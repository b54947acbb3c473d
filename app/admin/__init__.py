"""The staff shell 管理: landing page, background jobs, main navigation, the demo college. Floor 11, above everything."""
