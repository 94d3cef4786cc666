using AuthzSim.Writes;

namespace AuthzSim.Server.WhatIf;

/// <summary>Ends a question with 400 and a text that names the parameter or the line.</summary>
internal sealed class WhatIfException : Exception
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
