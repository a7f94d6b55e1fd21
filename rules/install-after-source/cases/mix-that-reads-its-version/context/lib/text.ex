defmodule Text do
end
