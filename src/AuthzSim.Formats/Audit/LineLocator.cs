using System.Text;
using AuthzSim.Formats.Json;
using AuthzSim.Rbac;

namespace AuthzSim.Formats.Audit;

/// <summary>Places in one line.</summary>
internal sealed class LineLocator(string path) : Locator
{
    private ReadOnlyMemory<byte> _text;
    private int _line;

    /// <summary>The line that indexes refer to from now on.</summary>
    public void Attach(ReadOnlyMemory<byte> text, long number) => (_text, _line) = (text, (int)Math.Min(number, int.MaxValue));

    /// <summary>The place of the line itself.</summary>
    public SourceLocation Start => new(path, _line, 1);

    public override SourceLocation At(int index) => new(path, _line, 1 + Encoding.UTF8.GetCharCount(_text.Span[..index]));

    public override Locator ForCopy(int index, ReadOnlyMemory<byte> copy) => throw new NotSupportedException();
}
