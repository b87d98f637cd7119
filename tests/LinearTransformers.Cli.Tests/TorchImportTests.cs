using System.Text.Json;
using LinearTransformers.Training;

namespace LinearTransformers.Cli.Tests;

/// <summary>
/// Files that PyTorch saves on the spot, in the shapes of the published notebooks, where it is installed; elsewhere the test says that it
/// was skipped. Python prints each float as the double it is and doubles round-trip: parameters must be equal, not near.
/// </summary>
public class TorchImportTests
{
    [Fact]
    public void What_PyTorch_saves_is_imported_to_the_bit()
    {
        using TemporaryFolder folder = new();
        Directory.CreateDirectory(folder["pth"]);
        using JsonDocument printed =
            JsonDocument.Parse(Python.RunTorch(Path.Combine(AppContext.BaseDirectory, "PyTorch", "save_histories.py"), folder["pth"]));
        JsonElement root = printed.RootElement;

        Assert.Empty(Import("train").Error);
        AssertHistory([0, 1, 2, 3, 4], root.GetProperty("train"), "train");

        Assert.Empty(Import("rotation").Error);
        foreach (string seed in (string[])["0", "2"])
        {
            History<float> history = AssertHistory([0, 1, 2, 3, 4], root.GetProperty("rotation").GetProperty(seed), $"rotation/seed{seed}");
            Assert.Equal(Floats(root.GetProperty("U").GetProperty(seed)), history.Covariance!.U.ToArray());
            Assert.Equal([1, 0.5f, 0.25f], history.Covariance.D.ToArray());
        }

        foreach (string name in (string[])["nonlinear", "views"])
        {
            Assert.Contains(
                "\"hist_list\" has 5 times the same numbers, as a state_dict is no copy: the run is the 5 vectors of \"param_list\"",
                    Import(name).Error);
            AssertHistory([1, 2, 3, 4, 5], root.GetProperty(name), name);
        }

        Invocation alone = Invocation.Of("import", folder["pth/state_dicts.pth"], "--out", folder["state_dicts"]);
        Assert.Equal(2, alone.ExitCode);
        Assert.Contains("all 5 snapshots of \"hist_list\" are the same numbers, those of one iterate", alone.Error);
        Assert.False(Directory.Exists(folder["state_dicts"]));

        Draw("matrices", "train");
        Draw("matrices", "rotation/seed0");
        Draw("distance-to-identity", "rotation", "--every", "1");
        Draw("loss", "rotation", "--every", "1");
        Draw("loss", "nonlinear", "--every", "1");
        Draw("smoothness", "nonlinear");
        Draw("matrices", "views");

        Invocation Import(string name)
        {
            Invocation invocation =
                Invocation.Of("import", folder[$"pth/{name}.pth"], "--out", folder[name], "--B", "20", "--N", "6", "--lr", "0.05");
            Assert.True(invocation.ExitCode == 0, invocation.Error);
            return invocation;
        }

        History<float> AssertHistory(long[] iterations, JsonElement expected, string run)
        {
            History<float> history = RunDirectory.Load(folder[run]).ReadHistory<float>();
            Assert.Equal(iterations, history.Iterations);
            Assert.Equal([.. expected.EnumerateArray().Select(Floats)], Enumerable.Range(0, history.Count)
                .Select(i => history[i].ToArray()));
            return history;
        }

        void Draw(string figure, string run, params string[] options)
        {
            Invocation plot = Invocation.Of(["plot", figure, folder[run], .. options, "--out", folder["figure.png"]]);
            Assert.True(plot.ExitCode == 0, plot.Error);
        }
    }

    private static float[] Floats(JsonElement numbers) => [.. numbers.EnumerateArray().Select(number => (float)number.GetDouble())];
}
