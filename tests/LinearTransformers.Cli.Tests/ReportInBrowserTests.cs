using System.Diagnostics;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace LinearTransformers.Cli.Tests;

/// <summary>
/// The page of a report, opened from disk in headless Chromium and used; where Chromium is not installed, the test says that it was
/// skipped.
/// </summary>
public partial class ReportInBrowserTests
{
    private const string Watch = """
        <script>
        window.problems = [];
        window.addEventListener("error", event => problems.push(String(event.message)));
        console.error = (...all) => problems.push(all.join(" "));
        </script>
        """;

    /// <summary>Writes what find returns into the page, at once: it is whole by then, and the browser waits for its scripts.</summary>
    private const string Report = """
        <script>
        const all = selector => [...document.querySelectorAll(selector)];
        const one = selector => document.querySelector(selector);
        const choose = (select, value) => { select.value = value; select.dispatchEvent(new Event("change")); };
        const labels = () => all(".legend label").filter(label => !label.hidden).map(label => label.textContent);
        let found = {};
        try { found = find(); } catch (error) { problems.push(String(error.stack)); }
        found.problems = problems;
        const probe = document.createElement("pre");
        probe.id = "found";
        probe.textContent = JSON.stringify(found);
        document.body.append(probe);
        </script>
        """;

    private const string Use = """
        <script>
        const find = () => {
          const found = {};
          const slider = one("input[type=range]");
          const grids = () => one(".grids").textContent;
          found.before = one("output").textContent;
          const last = grids();
          slider.value = 0;
          slider.dispatchEvent(new Event("input"));
          found.after = one("output").textContent;
          found.moved = grids() !== last;
          const diverging = JSON.parse(one("#colors").textContent).diverging.map(pair => pair[0]);
          found.colors = all(".grids rect").every(rect => diverging.includes(rect.getAttribute("fill")));
          const curves = () => all(".chart .curve").length;
          found.means = [labels(), curves(), all(".chart .spread").length];
          found.floors = all(".chart .floor-label").map(label => label.textContent);
          found.below = one(".left-out").textContent;
          one("input.floors").click();
          found.floorsLeft = all(".chart .floor").length;
          choose(one("[aria-label='Means or single runs']"), "runs");
          found.runs = [labels(), curves(), all(".chart .spread").length];
          found.styles = new Set(all(".chart .curve").map(curve => curve.style.stroke + curve.getAttribute("stroke-dasharray"))).size;
          one(".legend label").click();
          found.curvesLeft = curves();
          const chart = one(".chart");
          chart.dispatchEvent(new KeyboardEvent("keydown", { key: "+" }));
          found.zoomed = one(".readout").textContent;
          const before = document.documentElement.dataset.theme;
          document.getElementById("theme").click();
          found.theme = [before, document.documentElement.dataset.theme];
          return found;
        };
        </script>
        """;

    private const string Filter = """
        <script>
        const find = () => {
          const found = { before: labels().length };
          const filter = one("input[type=search]");
          const type = text => { filter.value = text; filter.dispatchEvent(new Event("input")); return labels(); };
          found.rate = type("0.1");
          found.both = type("SGD 0.2");
          found.none = type("nothing");
          found.curves = all(".chart .curve").length;
          type("");
          one(".legend-tools button:nth-of-type(2)").click();
          found.hidden = all(".chart .curve").length;
          type("adam");
          one(".legend-tools button").click();
          found.adam = all(".chart .curve").length;
          type("");
          found.still = all(".chart .curve").length;
          one(".legend-tools button").click();
          choose(one("[aria-label='What colours tell apart']"), "0");
          found.colors = new Set(all(".chart .curve").map(curve => curve.style.stroke)).size;
          return found;
        };
        </script>
        """;

    private const string Open = """
        <script>
        const find = () => {
          const click = node => node.dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true }));
          const matrices = () => one(".matrices option:checked").textContent;
          const state = () => [one(".chosen h4").textContent, all(".chosen tbody tr").length, labels(), matrices()];
          const spots = all("a.spot");
          const found = { hidden: one(".chosen").hidden };
          click(spots.find(spot => spot.getAttribute("aria-label").startsWith("d = 3, N = 5:")));
          found.cell = state();
          found.on = all("a.spot.on").length;
          click(one(".chosen [data-run]"));
          found.run = state();
          click(one(".chosen button"));
          found.closed = [one(".chosen").hidden, labels().length, all("a.spot.on").length];
          click(all("table.sweep [data-run]").find(link => link.dataset.run === "d=2_N=10_sd=1"));
          found.row = state();
          return found;
        };
        </script>
        """;

    /// <summary>The page in frames of several widths: how far it, and anything outside boxes that scroll, sticks out.</summary>
    private const string Measure = """
        <script>
        const find = () => {
          const found = {};
          for (const width of [360, 800, 1400]) {
            const frame = document.createElement("iframe");
            frame.style.width = `${width}px`;
            frame.style.height = "900px";
            document.body.append(frame);
            frame.contentDocument.open();
            frame.contentDocument.write(source);
            frame.contentDocument.close();
            const root = frame.contentDocument.documentElement;
            for (const details of frame.contentDocument.querySelectorAll("details")) details.open = true;
            found[width] = [frame.contentDocument.querySelectorAll(".curve").length, root.scrollWidth - root.clientWidth];
            frame.remove();
          }
          return found;
        };
        </script>
        """;

    private static readonly string[] Browsers = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

    [Fact]
    public void The_slider_moves_the_curves_switch_and_nothing_is_reported_to_the_console()
    {
        using TemporaryFolder folder = new();
        Assert.Equal(0, Invocation.Of("reproduce", "simple", "--max-iters", "30", "--seeds", "0,1", "--out", folder["runs"]).ExitCode);
        JsonElement found = Found(folder, File.ReadAllText(folder["runs/simple/report.html"]), Use);
        Assert.Equal("iteration 30", found.GetProperty("before").GetString());
        Assert.Equal("iteration 0", found.GetProperty("after").GetString());
        Assert.True(found.GetProperty("moved").GetBoolean());
        Assert.True(found.GetProperty("colors").GetBoolean());

        // The mean with its band, then each run in a style of its own and without one.
        Assert.Equal("""[["alg adam, lr 0.001: mean ± standard deviation of 2 seeds"],1,1]""", found.GetProperty("means").GetRawText());
        Assert.Equal("""[["sd 0","sd 1"],2,0]""", found.GetProperty("runs").GetRawText());
        Assert.Equal(2, found.GetProperty("styles").GetInt32());
        Assert.Equal(1, found.GetProperty("curvesLeft").GetInt32());

        Assert.Equal("""["P = 0, best step sizes, exact: 0.13361"]""", found.GetProperty("floors").GetRawText());
        Assert.Contains("Exact floors far below the plot: GD++ 9.6131·10⁻⁴.", found.GetProperty("below").GetString());
        Assert.Equal(0, found.GetProperty("floorsLeft").GetInt32());
        Assert.StartsWith("Iterations ", found.GetProperty("zoomed").GetString());
        Assert.Equal("""["light","dark"]""", found.GetProperty("theme").GetRawText());
    }

    [Fact]
    public void Many_groups_can_be_filtered_hidden_and_coloured_by_a_setting()
    {
        using TemporaryFolder folder = new();
        foreach (string algorithm in (string[])["adam", "sgd"])
        {
            foreach (string rate in (string[])["0.1", "0.12", "0.2"])
            {
                string run = folder[$"runs/{algorithm}{rate}"];
                string[] arguments = ["train", "--alg", algorithm, "--lr", rate, "--B", "16", "--max-iters", "5", "--out", run];
                Assert.Equal(0, Invocation.Of(arguments).ExitCode);
            }
        }

        Assert.Equal(0, Invocation.Of("report", folder["runs"]).ExitCode);
        JsonElement found = Found(folder, File.ReadAllText(folder["runs/report.html"]), Filter);
        Assert.Equal(6, found.GetProperty("before").GetInt32());

        // A number is that number, and no part of another.
        Assert.Equal("""["alg adam, lr 0.1","alg sgd, lr 0.1"]""", found.GetProperty("rate").GetRawText());
        Assert.Equal("""["alg sgd, lr 0.2"]""", found.GetProperty("both").GetRawText());
        Assert.Equal(0, found.GetProperty("none").GetArrayLength());
        Assert.Equal(0, found.GetProperty("curves").GetInt32());
        Assert.Equal(0, found.GetProperty("hidden").GetInt32());
        Assert.Equal(3, found.GetProperty("adam").GetInt32());
        Assert.Equal(3, found.GetProperty("still").GetInt32());
        Assert.Equal(2, found.GetProperty("colors").GetInt32());
    }

    [Fact]
    public void A_cell_of_a_sweep_opens_its_runs_and_a_name_that_run()
    {
        using TemporaryFolder folder = new();
        JsonElement found = Found(folder, SweepPage(folder), Open);
        Assert.True(found.GetProperty("hidden").GetBoolean());
        Assert.Equal(
            """["d = 3, N = 5: 2 runs",2,["N 5, d 3, sd 0","N 5, d 3, sd 1"],"N 5, d 3, sd 0"]""", found.GetProperty("cell").GetRawText());

        // In the map and in the curve.
        Assert.Equal(2, found.GetProperty("on").GetInt32());
        Assert.Equal("""["d = 3, N = 5: 1 run",1,["N 5, d 3, sd 0"],"N 5, d 3, sd 0"]""", found.GetProperty("run").GetRawText());
        Assert.Equal("[true,4,0]", found.GetProperty("closed").GetRawText());
        Assert.Equal("""["d = 2, N = 10: 1 run",1,["N 10, d 2, sd 1"],"N 10, d 2, sd 0"]""", found.GetProperty("row").GetRawText());
    }

    [Fact]
    public void Nothing_sticks_out_of_the_page_on_any_screen()
    {
        using TemporaryFolder folder = new();
        Assert.Equal(0, Invocation.Of("reproduce", "simple", "--max-iters", "20", "--seeds", "0,1", "--out", folder["runs"]).ExitCode);
        foreach ((string page, int curves) in ((string, int)[])
            [(File.ReadAllText(folder["runs/simple/report.html"]), 1), (SweepPage(folder), 4)])
        {
            string source = JsonSerializer.Serialize(page);
            JsonElement found = Found(folder, page, $"<script>const source = {source};</script>{Measure}");
            foreach (string width in (string[])["360", "800", "1400"])
            {
                Assert.Equal($"[{curves},0]", found.GetProperty(width).GetRawText());
            }
        }
    }

    private static string SweepPage(TemporaryFolder folder)
    {
        string[] small = ["--B", "16", "--n-layer", "1", "--max-iters", "10", "--prompts", "500"];
        Invocation made = Invocation.Of(
            ["sweep", "--over", "d=2,3", "--over", "N=5,10", "--over", "sd=0,1", .. small, "--out", folder["sweep"]]);
        Assert.True(made.ExitCode == 0, made.Error);
        Assert.Equal(0, Invocation.Of("report", folder["sweep"]).ExitCode);
        return File.ReadAllText(folder["sweep/report.html"]);
    }

    /// <summary>What a script finds in a page that is opened in Chromium, where nothing may have gone wrong.</summary>
    private static JsonElement Found(TemporaryFolder folder, string page, string script)
    {
        string? chromium = Browsers.FirstOrDefault(File.Exists);
        Assert.SkipUnless(chromium is not null, "Chromium is not installed");
        int end = page.LastIndexOf("</body>", StringComparison.Ordinal);
        File.WriteAllText(folder["used.html"], page[..end].Replace("<style>", Watch + "<style>") + script + Report + page[end..]);
        string probe = System.Net.WebUtility.HtmlDecode(Probe().Match(Dump(chromium!, folder)).Groups[1].Value);
        JsonElement found = JsonSerializer.Deserialize<JsonElement>(probe);
        Assert.Equal("[]", found.GetProperty("problems").GetRawText());
        return found;
    }

    private static string Dump(string chromium, TemporaryFolder folder)
    {
        ProcessStartInfo start = new(chromium) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (string argument in (string[])
        [
            "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
            "--disable-background-networking", "--disable-component-update",
            "--disable-sync", $"--user-data-dir={folder["profile"]}", "--dump-dom", "file://" + folder["used.html"],
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
    private static partial Regex Probe();
}
