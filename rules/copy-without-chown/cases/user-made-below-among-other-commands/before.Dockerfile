FROM python:3.11-slim
WORKDIR /app
COPY app.py state.txt ./
RUN useradd app && pip install --no-index --find-links wheels flask
USER app
CMD ["python3", "app.py"]
