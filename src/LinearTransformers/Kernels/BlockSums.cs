using System.Runtime.CompilerServices;
using LinearTransformers.Numerics;

namespace LinearTransformers.Kernels;

/// <summary>
/// Sums over a batch, in fixed order. Prompts are summed in fixed blocks of 256, each with a slot of its own for its
/// sums; totals go over the slots in their order, in double precision. So the bits depend neither on the number of
/// threads nor on who computed which block.
/// </summary>
internal sealed class BlockSums
{
    private const int BlockOfPrompts = 256;

    private readonly WorkerTeam? _team;
    private readonly int _blockOfBundles;
    private readonly Block _body;
    private readonly Action<int> _run;
    private double[] _slots = [];
    private int _length;
    private int _bundles;
    private int _blocks;

    /// <summary>Sums that a kernel fills in block by block.</summary>
    /// <param name="lanes">Prompts in a bundle.</param>
    /// <param name="team">Who shares the work; null for the caller alone.</param>
    /// <param name="body">Fills a block's slot; called from several threads at once.</param>
    public BlockSums(int lanes, WorkerTeam? team, Block body)
    {
        _blockOfBundles = BlockOfPrompts / lanes;
        _team = team;
        _body = body;
        _run = RunBlock;
    }

    /// <summary>Sums the bundles from <paramref name="begin"/> up to <paramref name="end"/> into every entry of the slot.</summary>
    public delegate void Block(int begin, int end, Span<double> slot);

    /// <summary>Fills the slots of all blocks, each of this length.</summary>
    public void Run(int bundles, int length)
    {
        _bundles = bundles;
        _length = length;
        _blocks = (bundles + _blockOfBundles - 1) / _blockOfBundles;
        if (_slots.Length < _blocks * length)
        {
            _slots = new double[_blocks * length];
        }

        if (_team is null)
        {
            for (int block = 0; block < _blocks; block++)
            {
                RunBlock(block);
            }
        }
        else
        {
            _team.For(_blocks, _run);
        }
    }

    /// <summary>An entry's sum over all slots.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public double Total(int index)
    {
        double sum = 0;
        for (int block = 0; block < _blocks; block++, index += _length)
        {
            sum += _slots[index];
        }

        return sum;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void RunBlock(int block)
    {
        int begin = block * _blockOfBundles;
        int end = Math.Min(_bundles, begin + _blockOfBundles);
        _body(begin, end, _slots.AsSpan(block * _length, _length));
    }
}
