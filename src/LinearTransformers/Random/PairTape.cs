using LinearTransformers.Numerics;

namespace LinearTransformers.Random;

/// <summary>
/// The normals that PyTorch's generator makes of its draws for views, for readers of one seed that come by the same place one after
/// another: what the first of
/// them has made is kept until all have passed. A pair of normals is made of four draws, so readers must stand a multiple of four draws
/// apart.
/// </summary>
internal sealed unsafe class PairTape
{
    private const int DrawsOfPiece = 1 << 16;
    private const int NormalsOfPiece = DrawsOfPiece / 2;

    private readonly List<Piece> _pieces = [];
    private readonly Stack<Piece> _spare = [];
    private readonly TorchGenerator _generator = new(0);
    private bool _isBegun;

    /// <summary>Pieces kept at the moment.</summary>
    public int Length => _pieces.Count;

    /// <summary>
    /// Makes so many standard normals for a view from where an engine stands, which is not moved on.
    /// </summary>
    /// <param name="engine">The engine.</param>
    /// <param name="count">How many.</param>
    /// <param name="first">The first place that is still wanted: nothing before it is kept.</param>
    /// <returns>Whether there are any: not where the place lies before the tape's first or between two pairs of it.</returns>
    public bool TryWind(MersenneTwister engine, int count, long first)
    {
        long place = engine.Drawn;
        if (place < 0)
        {
            return false;
        }

        if (!_isBegun)
        {
            Copy(engine, _generator.Engine);
            _isBegun = true;
        }

        if (count % 2 != 0 || place < Begin || (place - Begin) % 4 != 0)
        {
            return false;
        }

        while (_pieces.Count > 0 && _pieces[0].Begin + DrawsOfPiece <= first)
        {
            _spare.Push(_pieces[0]);
            _pieces.RemoveAt(0);
        }

        WindTo(place + (2L * count));
        return true;
    }

    /// <summary>Normals that were made, from a place on that the tape was wound to; by several threads at once, if they like.</summary>
    public void Read(long place, Span<float> normals)
    {
        while (normals.Length > 0)
        {
            Piece piece = PieceAt(place);
            int offset = (int)(place - piece.Begin) / 2;
            int taken = Math.Min(normals.Length, NormalsOfPiece - offset);
            piece.Normals.Span.Slice(offset, taken).CopyTo(normals);
            normals = normals[taken..];
            place += 2 * taken;
        }
    }

    /// <summary>Moves an engine on to a place that the tape has come to.</summary>
    public void MoveTo(long place, MersenneTwister engine)
    {
        if (place == _generator.Engine.Drawn)
        {
            Copy(_generator.Engine, engine);
            return;
        }

        Piece piece = PieceAt(place);
        engine.Restore(piece.State, piece.Position, piece.Begin);
        engine.Skip((int)(place - piece.Begin));
    }

    private long Begin => _pieces.Count > 0 ? _pieces[0].Begin : _generator.Engine.Drawn;

    private Piece PieceAt(long place) => _pieces[(int)((place - _pieces[0].Begin) / DrawsOfPiece)];

    /// <summary>Makes all normals before a place.</summary>
    private void WindTo(long end)
    {
        while (_generator.Engine.Drawn < end)
        {
            Piece piece = _spare.Count > 0 ? _spare.Pop() : new Piece();
            MersenneTwister engine = _generator.Engine;
            engine.State.CopyTo(piece.State);
            (piece.Position, piece.Begin) = (engine.Position, engine.Drawn);
            _generator.FillNormalOneByOne(piece.Normals.Span);
            _pieces.Add(piece);
        }
    }

    private static void Copy(MersenneTwister from, MersenneTwister to) => to.Restore(from.State, from.Position, from.Drawn);

    /// <summary>Normals, and the engine before they were drawn.</summary>
    private sealed class Piece
    {
        public AlignedBuffer<float> Normals { get; } = new(NormalsOfPiece);

        public uint[] State { get; } = new uint[MersenneTwister.StateLength];

        public int Position { get; set; }

        public long Begin { get; set; }
    }
}
