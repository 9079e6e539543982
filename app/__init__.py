"""Huashu: the chat-reply assistant for Chinese e-commerce customer service."""

__version__ = "0.1.0"
