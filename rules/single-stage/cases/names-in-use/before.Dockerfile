FROM python:3.11-slim
WORKDIR /app
COPY requirements.txt ./
COPY --from=deps /a /a
RUN --mount=type=bind,from=deps-base,target=/b true
RUN pip install -r requirements.txt
COPY . .
