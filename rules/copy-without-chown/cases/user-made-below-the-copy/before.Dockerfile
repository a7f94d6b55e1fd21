FROM python:3.11-slim
WORKDIR /app

# What the program needs.
COPY app.py state.txt ./

# The program has no business as root.
RUN useradd --create-home app

USER app
CMD ["python3", "app.py"]
