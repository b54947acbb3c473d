"""The reference that every figure is a ratio of: Flask saying hello."""

from flask import Flask

app = Flask(__name__)


@app.get("/")
def hello() -> str:
    """Nothing but the framework."""
    return "hello"
