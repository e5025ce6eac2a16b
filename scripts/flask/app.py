"""The tutorial's blog: Flask, Flask-SQLAlchemy, one file. What scripts/bench compares Lectern with.

Written as the tutorials write it, with what helps it kept: indexes on what its lists order by, SQLite's settings as
Lectern has them, gunicorn's threads with keep-alive. DATABASE says which SQLite file.
"""

import os

from flask import Flask, abort, jsonify, render_template, request
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import event
from sqlalchemy.engine import Engine

app = Flask(__name__)
app.config["SQLALCHEMY_DATABASE_URI"] = "sqlite:///" + os.environ["DATABASE"]
db = SQLAlchemy(app)


@event.listens_for(Engine, "connect")
def settings(connection, _record):
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "cache_size=-2048"):
        cursor.execute("PRAGMA " + pragma)
    cursor.close()


class User(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    username = db.Column(db.String(40), unique=True, nullable=False)
    email = db.Column(db.String(254), unique=True, nullable=False)
    posts = db.relationship("Post", backref="author", lazy=True)


class Post(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    title = db.Column(db.String(200), nullable=False)
    slug = db.Column(db.String(200), unique=True, nullable=False)
    content = db.Column(db.Text, nullable=False)
    html = db.Column(db.Text, nullable=False)
    summary = db.Column(db.String(500), nullable=False)
    published_at = db.Column(db.DateTime, nullable=False, index=True)
    user_id = db.Column(db.Integer, db.ForeignKey("user.id"), nullable=False, index=True)


def listed(page):
    return Post.query.order_by(Post.published_at.desc(), Post.id.desc()).paginate(page=page, per_page=10)


@app.get("/")
def home():
    return render_template("home.html", posts=listed(request.args.get("page", 1, type=int)))


@app.get("/posts/<slug>")
def post(slug):
    return render_template("post.html", post=Post.query.filter_by(slug=slug).first_or_404())


@app.get("/search")
def search():
    query = Post.query
    for word in request.args.get("q", "").split():
        like = f"%{word}%"
        query = query.filter(Post.title.ilike(like) | Post.content.ilike(like))
    found = query.order_by(Post.published_at.desc()).paginate(page=request.args.get("page", 1, type=int), per_page=10)
    return render_template("home.html", posts=found)


@app.get("/api/users/<int:user_id>")
def user(user_id):
    user = db.session.get(User, user_id) or abort(404)
    posts = [{"id": post.id, "title": post.title} for post in user.posts]
    return jsonify(id=user.id, username=user.username, posts=posts)
