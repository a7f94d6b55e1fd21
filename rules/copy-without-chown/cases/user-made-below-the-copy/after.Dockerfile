FROM python:3.11-slim
WORKDIR /app

# The program has no business as root.
RUN useradd --create-home app

# What the program needs.
COPY --chown=app:app app.py state.txt ./

USER app
CMD ["python3", "app.py"]
