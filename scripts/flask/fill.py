"""Copies the public posts of a Lectern database on SQLite to the tutorial's: fill.py FROM TO"""

import os
import sqlite3
import sys
from datetime import datetime, timezone

os.environ["DATABASE"] = os.path.abspath(sys.argv[2])
from app import Post, User, app, db  # noqa: E402


def when(text):
    return datetime.fromisoformat(text).astimezone(timezone.utc).replace(tzinfo=None)


source = sqlite3.connect(sys.argv[1])
with app.app_context():
    db.create_all()
    users = source.execute("SELECT id, username, email FROM users")
    db.session.execute(db.insert(User), [dict(id=row[0], username=row[1], email=row[2]) for row in users])
    posts = source.execute(
        "SELECT id, title, slug, content, html, summary, published_at, user_id FROM posts WHERE status = 'published'"
    )
    names = ("id", "title", "slug", "content", "html", "summary", "published_at", "user_id")
    while rows := posts.fetchmany(1000):
        values = [dict(zip(names, row)) for row in rows]
        for value in values:
            value["published_at"] = when(value["published_at"])
        db.session.execute(db.insert(Post), values)
    db.session.commit()
