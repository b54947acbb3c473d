"""The routes of the bank's pages, one blueprint for all of them."""

from app.kernel.web import Routes

routes = Routes("bank", "app.bank.manage")
