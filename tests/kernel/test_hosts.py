"""A college answers to its own names only: certificates carry the address of the request where no other is set."""

from app.factory import create_app
from config import Settings


def test_a_foreign_host_is_refused_and_the_own_one_answered(database, clock, tmp_path):
    settings = Settings(
        app_env="test", database_url=database, data_dir=tmp_path / "var", media_dir=tmp_path / "media",
        secret_key="test-secret-of-no-worth-0123456789abcdef", public_url="https://college.example.org",
    )  # fmt: skip
    app = create_app(settings, clock=clock)
    try:
        answers = {host: app.test_client().get("/healthz", headers={"Host": host}) for host in ("college.example.org", "evil.example.com")}
        assert {host: answer.status_code for host, answer in answers.items()} == {"college.example.org": 200, "evil.example.com": 400}
        assert b"evil" not in answers["evil.example.com"].data
    finally:
        app.extensions["college"].engine.dispose()
