namespace AuthzSim.Formats.Json;

/// <summary>Steps from item to item of the list in a window; whoever uses it reads the items and moves past each.</summary>
internal sealed class JsonItems(JsonWindow window)
{
    private bool _isFirst = true;

    /// <summary>To the next item; false at the list's closing bracket.</summary>
    /// <exception cref="UnreadableInputException">Something else stands there, or the input ends.</exception>
    public bool Next()
    {
        var next = NextByte();
        if (next == ']')
        {
            return false;
        }

        if (!_isFirst)
        {
            PassComma(next);
        }

        _isFirst = false;
        return true;
    }

    private void PassComma(byte next)
    {
        if (next != ',')
        {
            throw new UnreadableInputException(
                window.Start, DiagnosticCodes.Syntax, "`,` or `]` is missing here, after an item of a list");
        }

        window.Advance(1);
        if (NextByte() == ']')
        {
            throw new UnreadableInputException(
                window.Start, DiagnosticCodes.Syntax, "an item is missing between the `,` and this `]`");
        }
    }

    private byte NextByte() => window.SkipBlanks()
        ? window.Unread[0]
        : throw new UnreadableInputException(window.Start, DiagnosticCodes.Syntax, "the file ends inside a list of items");
}
