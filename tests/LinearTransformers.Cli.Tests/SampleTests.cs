namespace LinearTransformers.Cli.Tests;

public class SampleTests
{
    [Fact]
    public void The_training_sample_runs_as_its_comment_says()
    {
        string output = Subprocess.Run(["run", "samples/train.cs", "20"], RepositoryRoot());
        Assert.Contains("iteration 4: loss ", output);
        Assert.Contains("A2: first entry ", output);
    }

    private static string RepositoryRoot()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "LinearTransformers.slnx")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException("the tests do not run within the repository");
    }
}
