using AuthzSim.Writes;

namespace AuthzSim.Server.WhatIf;

/// <summary>Ends a question with 400 and a text that names the parameter or the line.</summary>
#pragma warning disable CA1064 // It never leaves the handler.
internal sealed class WhatIfException : Exception
#pragma warning restore CA1064
{
    public WhatIfException(string message)
        : base(message)
    {
    }

    public WhatIfException()
    {
    }

    public WhatIfException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    public ApiStatus Status => ApiStatuses.BadRequest(Message);
}
