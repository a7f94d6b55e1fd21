FROM python:3.11-slim
WORKDIR /app
COPY package.json package-lock.json pyproject.toml Cargo.toml composer.json pom.xml tsconfig.json .prettierrc.json ./
COPY app.py .
USER 1000
CMD ["python3", "app.py"]
