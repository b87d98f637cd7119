using System.Buffers.Binary;
using System.Text;
using LinearTransformers.Prompts.Covariances;
using LinearTransformers.Settings;
using LinearTransformers.Storage;
using LinearTransformers.Tests.Storage;

namespace LinearTransformers.Tests.Prompts;

/// <summary>Matrices that a file names.</summary>
public class SymmetricMatrixTests
{
    private static readonly double[] Entries = [2, 0.5, 0.5, 1];

    [Theory]
    [InlineData("'<f8'", "False", 1)]
    [InlineData("'<f4'", "False", 1)]
    [InlineData("'<f8'", "True", 2)]
    public void NumPy_files_are_read(string type, string isByColumn, byte version)
    {
        using TemporaryFolder folder = new();
        string path = folder.File("m.npy");
        File.WriteAllBytes(path, Numpy(type, isByColumn, "(2, 2)", version));
        Assert.Equal(Entries, SymmetricMatrix.Read(path).Entries);
    }

    [Fact]
    public void A_matrix_that_NumPy_saved_by_column_is_read_by_column()
    {
        // Not symmetric beyond what is refused: the entries' order is seen.
        byte[] file = Numpy("'<f8'", "True", "(2, 2)", 1, [1, 2, 3, 4]);
        (double[] entries, int rows, int columns) = NumpyFile.ReadMatrix(file);
        Assert.Equal([1.0, 3, 2, 4], entries);
        Assert.Equal((2, 2), (rows, columns));
    }

    [Fact]
    public void Comma_separated_files_are_read()
    {
        using TemporaryFolder folder = new();
        string path = folder.File("m.csv");
        File.WriteAllText(path, "2, 0.5\n0.5, 1e0\n\n");
        Assert.Equal(Entries, SymmetricMatrix.Read(path).Entries);
    }

    [Theory]
    [InlineData("1,2\n3,4", "not symmetric")]
    [InlineData("1,2\n2,1", "not positive definite")]
    [InlineData("0,0\n0,1", "not positive definite")]
    [InlineData("1,0\n0,-1", "not positive definite")]
    [InlineData("1,2,3\n2,1,3", "2 × 3")]
    [InlineData("1,x\nx,1", "\"x\" should be a number")]
    [InlineData("1,NaN\nNaN,1", "not finite")]
    [InlineData("1,2\n2", "d lines of d numbers")]
    [InlineData("", "d lines of d numbers")]
    public void Other_matrices_are_refused_by_name(string text, string reason)
    {
        using TemporaryFolder folder = new();
        string path = folder.File("m.csv");
        File.WriteAllText(path, text);
        SettingException exception = Assert.Throws<SettingException>(() => new FileCovariance { Path = path }.Matrix);
        Assert.Contains(reason, exception.Message);
        Assert.StartsWith($"covariance is file:{path}: it must be ", exception.Message);
    }

    [Theory]
    [InlineData("'<f8'", "(2, 2, 2)")]
    [InlineData("'<f8'", "(4,)")]
    [InlineData("'<f8'", "(3, 3)")]
    [InlineData("'>f8'", "(2, 2)")]
    [InlineData("'<i8'", "(2, 2)")]
    [InlineData("'<f8'", "(99999999999, 2)")]
    [InlineData("'<f8'", "(65536, 65536)")]
    public void NumPy_files_of_anything_else_are_refused(string type, string shape)
        => Assert.Throws<FormatException>(() => NumpyFile.ReadMatrix(Numpy(type, "False", shape, 1)));

    [Fact]
    public void A_NumPy_file_that_is_cut_short_is_refused_wherever_it_ends()
    {
        byte[] whole = Numpy("'<f8'", "False", "(2, 2)", 1);
        for (int length = 0; length < whole.Length; length++)
        {
            byte[] part = whole[..length];
            Assert.Throws<FormatException>(() => NumpyFile.ReadMatrix(part));
        }
    }

    [Fact]
    public void Eigenvectors_and_eigenvalues_make_the_matrix()
    {
        double[] entries = [4, 1, 0.5, 1, 3, -0.25, 0.5, -0.25, 2];
        SymmetricMatrix matrix = new(entries);
        for (int i = 0; i < 9; i++)
        {
            double sum = Enumerable.Range(0, 3).Sum(
                k => matrix.Eigenvectors[(i / 3 * 3) + k] * matrix.Eigenvectors[(i % 3 * 3) + k] * matrix.Eigenvalues[k]);
            Assert.Equal(entries[i], sum, 1e-13);
        }

        Assert.Equal(matrix.Eigenvalues.OrderDescending(), matrix.Eigenvalues);
    }

    [Fact]
    public void What_was_read_stays_whatever_becomes_of_the_file()
    {
        using TemporaryFolder folder = new();
        string path = folder.File("m.csv");
        File.WriteAllText(path, "2,0.5\n0.5,1");
        FileCovariance covariance = new() { Path = path };
        SymmetricMatrix? read = covariance.Matrix;
        File.Delete(path);
        Assert.Equal(Entries, covariance.Matrix!.Entries);
        Assert.Equal(read, (covariance with { }).Matrix);
    }

    private static byte[] Numpy(string type, string isByColumn, string shape, byte version, double[]? entries = null)
    {
        string header = $"{{'descr': {type}, 'fortran_order': {isByColumn}, 'shape': {shape}, }}".PadRight(117) + "\n";
        using MemoryStream bytes = new();
        bytes.Write([0x93, .. "NUMPY"u8, version, 0]);
        byte[] length = new byte[version == 1 ? 2 : 4];
        BinaryPrimitives.WriteUInt16LittleEndian(length, (ushort)header.Length);
        bytes.Write(length);
        bytes.Write(Encoding.ASCII.GetBytes(header));
        foreach (double entry in entries ?? Entries)
        {
            bytes.Write(type.Contains('4') ? BitConverter.GetBytes((float)entry) : BitConverter.GetBytes(entry));
        }

        return bytes.ToArray();
    }
}
