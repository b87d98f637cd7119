using System.Diagnostics;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace LinearTransformers.Cli.Tests;

/// <summary>The page of a report, opened from disk in headless Chromium and used; where Chromium is not installed, the test says that it was skipped.</summary>
public partial class ReportInBrowserTests
{
    private const string Watch = "<script>window.problems = []; window.addEventListener('error', e => problems.push(String(e.message))); console.error = (...all) => problems.push(all.join(' '));</script>";

    private const string Use = """
        <script>
        requestAnimationFrame(() => setTimeout(() => {
          const found = {};
          const slider = document.querySelector("input[type=range]");
          const grids = () => document.querySelector(".grids").textContent;
          found.before = document.querySelector("output").textContent;
          const last = grids();
          slider.value = 0;
          slider.dispatchEvent(new Event("input"));
          found.after = document.querySelector("output").textContent;
          found.moved = grids() !== last;
          const curves = () => document.querySelectorAll(".chart path").length;
          found.curves = curves();
          document.querySelector(".legend input").click();
          found.curvesLeft = curves();
          const chart = document.querySelector(".chart");
          chart.dispatchEvent(new KeyboardEvent("keydown", { key: "+" }));
          found.zoomed = document.querySelector(".readout").textContent;
          document.getElementById("theme").click();
          found.theme = document.documentElement.dataset.theme;
          found.problems = problems;
          const probe = document.createElement("pre");
          probe.id = "found";
          probe.textContent = JSON.stringify(found);
          document.body.append(probe);
        }, 50));
        </script>
        """;

    private static readonly string[] Browsers = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

    [Fact]
    public void The_slider_moves_the_curves_switch_and_nothing_is_reported_to_the_console()
    {
        string? chromium = Browsers.FirstOrDefault(File.Exists);
        Assert.SkipUnless(chromium is not null, "Chromium is not installed");
        using TemporaryFolder folder = new();
        Assert.Equal(0, Invocation.Of("reproduce", "simple", "--max-iters", "30", "--seeds", "0,1", "--out", folder["runs"]).ExitCode);
        string page = File.ReadAllText(folder["runs/simple/report.html"]);
        File.WriteAllText(folder["used.html"], page.Replace("<style>", Watch + "<style>").Replace("</body>", Use + "</body>"));

        using JsonDocument found = JsonDocument.Parse(System.Net.WebUtility.HtmlDecode(Found().Match(Dump(chromium!, folder)).Groups[1].Value));
        JsonElement root = found.RootElement;
        Assert.Equal("iteration 30", root.GetProperty("before").GetString());
        Assert.Equal("iteration 0", root.GetProperty("after").GetString());
        Assert.True(root.GetProperty("moved").GetBoolean());
        Assert.Equal(2, root.GetProperty("curves").GetInt32());
        Assert.Equal(1, root.GetProperty("curvesLeft").GetInt32());
        Assert.StartsWith("Iterations ", root.GetProperty("zoomed").GetString());
        Assert.Equal("dark", root.GetProperty("theme").GetString());
        Assert.Equal(0, root.GetProperty("problems").GetArrayLength());
    }

    private static string Dump(string chromium, TemporaryFolder folder)
    {
        ProcessStartInfo start = new(chromium) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (string argument in (string[])
        [
            "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update",
            "--disable-sync", $"--user-data-dir={folder["profile"]}", "--virtual-time-budget=5000", "--dump-dom", "file://" + folder["used.html"],
        ])
        {
            start.ArgumentList.Add(argument);
        }

        using Process process = Process.Start(start)!;
        _ = process.StandardError.ReadToEndAsync();
        string dom = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return dom;
    }

    [GeneratedRegex("<pre id=\"found\">(.*?)</pre>", RegexOptions.Singleline)]
    private static partial Regex Found();
}
