using System.Text;

namespace AuthzSim.Authentication.Configuration;

/// <summary>
/// Parts a command line into words as a shell does: blanks part them, quotes keep them together, a backslash takes the next
/// character as it is and joins lines. Nothing is expanded.
/// </summary>
internal sealed class ShellWords(string text)
{
    private readonly List<string> _words = [];
    private readonly StringBuilder _word = new();
    private bool _isOpen;
    private char? _quote;

    public List<string> Read()
    {
        for (var i = 0; i < text.Length; i++)
        {
            var isEscape = text[i] == '\\' && _quote != '\'' && i + 1 < text.Length;
            if (isEscape)
            {
                i += text.AsSpan(i + 1).StartsWith("\r\n") ? 2 : 1;
                Append(text[i] == '\n' ? "" : text[i].ToString());
            }
            else
            {
                Take(text[i]);
            }
        }

        Close();
        return _words;
    }

    private void Take(char c)
    {
        if (c == _quote)
        {
            _quote = null;
        }
        else if (_quote is null && c is ('"' or '\''))
        {
            _quote = c;
            _isOpen = true;
        }
        else if (_quote is null && char.IsWhiteSpace(c))
        {
            Close();
        }
        else
        {
            Append(c.ToString());
        }
    }

    private void Append(string piece)
    {
        _word.Append(piece);
        _isOpen |= piece.Length > 0;
    }

    private void Close()
    {
        if (_isOpen)
        {
            _words.Add(_word.ToString());
            _word.Clear();
            _isOpen = false;
        }
    }
}
