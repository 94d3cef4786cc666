namespace AuthzSim.Compiled;

/// <summary>What checks need not know of a binding: its subjects in order, its name, and where it was read.</summary>
internal readonly ref struct BindingRecord(ReadOnlySpan<byte> bytes)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;

    public SubjectRows Subjects => new(new RecordReader(_bytes));

    public string Name => AfterSubjects().Text();

    public RowLocation Location
    {
        get
        {
            var reader = AfterSubjects();
            reader.SkipText();
            return reader.Location();
        }
    }

    /// <summary>How many bytes the record has.</summary>
    public int Length
    {
        get
        {
            var reader = AfterSubjects();
            reader.SkipText();
            reader.Location();
            return reader.Position;
        }
    }

    public static void Write(RecordWriter writer, ReadOnlySpan<char> name, ReadOnlySpan<SubjectRow> subjects, RowLocation location)
    {
        writer.Clear();
        writer.Number(subjects.Length);
        foreach (ref readonly var subject in subjects)
        {
            writer.Number(subject.Shape);
            writer.Signed(subject.Identity);
        }

        writer.Text(name);
        writer.Location(location);
    }

    public bool IsNamed(string name) => AfterSubjects().IsText(name);

    private RecordReader AfterSubjects()
    {
        var reader = new RecordReader(_bytes);
        for (var left = 2 * reader.Number(); left > 0; left--)
        {
            reader.Number();
        }

        return reader;
    }

    /// <summary>The subjects of a binding, in order.</summary>
    public ref struct SubjectRows
    {
        private RecordReader _reader;
        private int _left;

        public SubjectRows(RecordReader reader)
        {
            _reader = reader;
            Count = _left = _reader.Number();
        }

        public int Count { get; }

        public SubjectRow Current { get; private set; }

        public readonly SubjectRows GetEnumerator() => this;

        public bool MoveNext()
        {
            if (_left == 0)
            {
                return false;
            }

            _left--;
            Current = new SubjectRow(_reader.Number(), _reader.Signed());
            return true;
        }
    }
}
