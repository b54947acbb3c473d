"""The online cadre college. Imports nothing, so that pure rules load without a framework."""
