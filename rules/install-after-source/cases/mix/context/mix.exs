defmodule Shop.MixProject do
  use Mix.Project

  def project do
    [app: :shop, version: "1.0.0", deps: [{:jason, "1.4.1"}]]
  end
end
