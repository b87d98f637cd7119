using System.Globalization;
using LinearTransformers.Storage;
using LinearTransformers.Training;

namespace LinearTransformers.Cli.Tests;

public class ExportTests
{
    /// <summary>Ten lines that read our tensor files without the safetensors package.</summary>
    private const string ReadSafetensors = """
        import json, sys, numpy as np
        def load(path):
            data = open(path, 'rb').read()
            n = int.from_bytes(data[:8], 'little')
            header = json.loads(data[8:8 + n])
            header.pop('__metadata__', None)
            types = {'F32': '<f4', 'F64': '<f8', 'I64': '<i8', 'I32': '<i4', 'U32': '<u4', 'U8': '|u1'}
            def array(e):
                begin, end = e['data_offsets']
                return np.frombuffer(data[8 + n + begin:8 + n + end], types[e['dtype']]).reshape(e['shape'])
            return {name: array(e) for name, e in header.items()}

        """;

    private static void Train(TemporaryFolder folder, params string[] options)
    {
        Invocation invocation =
            Invocation.Of(["train", "--B", "50", "--max-iters", "12", "--hist-stride", "5", "--log-every", "3", "--out", folder["run"],
                .. options]);
        Assert.True(invocation.ExitCode == 0, invocation.Error);
    }

    [Fact]
    public void What_was_written_is_said_as_JSON_on_request()
    {
        using TemporaryFolder folder = new();
        Train(folder);
        Assert.Equal($"{{\"done\":true,\"files\":[\"{folder["a.csv"]}\"]}}\n",
            Invocation.Of("export", folder["run"], "--out", folder["a.csv"], "--json").Out);
    }

    [Theory]
    [InlineData("--precision", "single")]
    [InlineData("--precision", "double", "--covariance", "rotated")]
    [InlineData("--model", "nonlinear-regression")]
    public void NumPy_reads_the_same_from_the_archive_and_from_the_history(params string[] options)
    {
        using TemporaryFolder folder = new();
        Train(folder, options);
        Assert.Equal(0, Invocation.Of("export", folder["run"], "--format", "npz", "--out", folder["a.npz"]).ExitCode);
        string output = Python.Run(
            ReadSafetensors + """
            history, archive = load(sys.argv[1]), np.load(sys.argv[2])
            for name, values in history.items():
                assert values.dtype == archive[name].dtype and values.shape == archive[name].shape, name
                assert values.tobytes() == archive[name].tobytes(), name
            print(*sorted(archive.files))
            print(*archive['iteration'], archive['allparam'].shape, *archive['log_iteration'])
            print(repr(float(archive['log_loss'][-1])), repr(float(archive['allparam'][-1].ravel()[3])))
            """,
            folder["run/history.safetensors"],
            folder["a.npz"]);
        string[] lines = output.Split('\n');
        Assert.Contains("allparam", lines[0]);
        Assert.Contains("iteration log_gradientNorm log_iteration log_loss", lines[0]);
        Assert.StartsWith("0 5 10 12 (4, 3, 1, 2, ", lines[1], StringComparison.Ordinal);
        Assert.EndsWith(" 0 1 2 3 4 6 9 11", lines[1], StringComparison.Ordinal);
        RunDirectory run = RunDirectory.Load(folder["run"]);
        double[] numbers = [.. lines[2].Split(' ').Select(text => double.Parse(text, CultureInfo.InvariantCulture))];
        Assert.Equal(run.ReadLog()[^1].Loss, numbers[0]);
        Assert.Equal(run.Settings.Precision is Precision.Double ? run.ReadHistory<double>().At(12)[3] : run.ReadHistory<float>().At(12)[3],
            numbers[1]);
    }

    [Fact]
    public void A_table_has_a_line_for_each_iteration_of_history_or_log_and_numbers_that_round_trip()
    {
        using TemporaryFolder folder = new();
        Train(folder, "--covariance", "rotated");
        Assert.Equal(0, Invocation.Of("export", folder["run"], "--out", folder["deep/a.csv"]).ExitCode);
        string[][] rows = [.. File.ReadAllLines(folder["deep/a.csv"]).Select(line => line.Split(','))];
        Assert.Equal(3 + 150 + 25 + 5, rows[0].Length);
        Assert.All(rows, row => Assert.Equal(rows[0].Length, row.Length));
        Assert.Equal(["iteration", "loss", "gradientNorm", "allparam[0 0 0 0 0]"], rows[0][..4]);
        Assert.Equal(["allparam[2 0 1 4 4]", "U[0 0]"], rows[0][152..154]);
        Assert.Equal("D[4]", rows[0][^1]);
        Assert.Equal(["0", "1", "2", "3", "4", "5", "6", "9", "10", "11", "12"], rows[1..].Select(row => row[0]));
        RunDirectory run = RunDirectory.Load(folder["run"]);
        History<float> history = run.ReadHistory<float>();
        foreach (string[] row in rows[1..])
        {
            int t = int.Parse(row[0], CultureInfo.InvariantCulture);
            string loss = run.ReadLog().Where(line => line.Iteration == t)
                .Select(line => line.Loss.ToString("R", CultureInfo.InvariantCulture)).SingleOrDefault("");
            Assert.Equal(loss, row[1]);
            Assert.Equal(history.Iterations.Contains(t) ? history.At(t).ToArray() : [], row[3..153].Where(text => text.Length > 0)
                .Select(text => float.Parse(text, CultureInfo.InvariantCulture)));
            Assert.Equal(history.Covariance!.U, row[153..178].Select(text => float.Parse(text, CultureInfo.InvariantCulture)));
        }
    }

    [Theory]
    [InlineData("../../x")]
    [InlineData("/etc/x")]
    [InlineData("..\\x")]
    [InlineData("a\nb")]
    public void A_tensor_whose_name_leads_elsewhere_is_refused_and_nothing_is_written(string name)
    {
        using TemporaryFolder folder = new();
        TensorFile.Write(folder["a.safetensors"], [Tensor.Vector(name, [1f, 2])]);
        Invocation invocation = Invocation.Of("export", folder["a.safetensors"], "--out", folder["a.npz"]);
        Assert.Equal(2, invocation.ExitCode);
        Assert.Contains(
            "cannot be a file of the archive; a name should have 1 to 251 bytes, and no slash, backslash, colon or control character",
                Assert.Single(invocation.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries)));
        Assert.False(File.Exists(folder["a.npz"]));
    }

    [Theory]
    [InlineData("a\rb")]
    [InlineData("a,b")]
    [InlineData("=1+1")]
    public void A_tensor_whose_name_is_no_columns_is_refused(string name)
    {
        using TemporaryFolder folder = new();
        TensorFile.Write(folder["a.safetensors"], [Tensor.Vector(name, [1f, 2])]);
        Invocation invocation = Invocation.Of("export", folder["a.safetensors"], "--out", folder["a.csv"]);
        Assert.Equal(2, invocation.ExitCode);
        Assert.Contains("cannot be a column's name", Assert.Single(invocation.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries)));
        Assert.False(File.Exists(folder["a.csv"]));
    }

    [Fact]
    public void What_cannot_be_exported_is_said_in_a_line()
    {
        using TemporaryFolder folder = new();
        Train(folder);
        File.WriteAllText(folder["text"], "text");
        Refused("--out is missing: it must be a file", folder["run"]);
        Refused("--format is mat: it must be npz, csv or tensorboard", folder["run"], "--out", folder["a.mat"]);
        Refused("--format is missing, and --out does not end with a format: it must be one of npz, csv, tensorboard", folder["run"],
            "--out", folder["a"]);
        Refused("is a file of tensors, and events are of a run's log", folder["run/state.safetensors"], "--format", "tensorboard",
            "--out", folder["a"]);
        Refused($"--out is {folder["text"]}, a file: it must be a folder", folder["run"], "--format", "tensorboard",
            "--out", folder["text"]);
        Assert.False(Directory.Exists(folder["a"]));
        Refused("is no run: it must be a folder that holds config.json", folder["nowhere"], "--out", folder["a.npz"]);
        Refused("byte 0: the file has 4 bytes", folder["text"], "--out", folder["a.npz"]);
        Refused("a table has tensors of one length: choose npz", folder["run/state.safetensors"], "--out", folder["a.csv"]);

        static void Refused(string message, params string[] arguments)
        {
            Invocation invocation = Invocation.Of(["export", .. arguments]);
            Assert.Equal(2, invocation.ExitCode);
            Assert.Contains(message, invocation.Error);
            Assert.Single(invocation.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
            Assert.Empty(invocation.Out);
        }
    }
}
